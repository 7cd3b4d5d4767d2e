// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
import AuditModel
import Operations
import PrivatePostgres
import Settings

/// Which backup is tried, and up to where it is recovered.
struct TrialGoalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The newest sound one (latest), or a label as `list` prints it.", valueName: "which"))
    var backup = "latest"

    @Option(
        help: ArgumentHelp(
            "Replay WAL of this archive, too: s3://bucket/prefix, or a directory.", valueName: "location"))
    var walArchive: String?

    @OptionGroup var end: GoalOptions

    @Flag(help: "Recover to a time that is taken by chance.")
    var randomTime = false

    @Option(
        help: ArgumentHelp(
            "Take the same time by chance as the trial that told this seed.", valueName: "number"))
    var seed: UInt64?

    /// What chance is drawn from; nil where the goal is said.
    func chance(hasArchive: Bool) throws -> UInt64? {
        guard randomTime || seed != nil else { return nil }
        guard hasArchive else {
            throw CommandError.usage(
                "--random-time needs WAL from which a time can be taken", hint: "name it: --wal-archive.")
        }
        guard end.point == nil else {
            throw CommandError.usage(
                "--random-time and the --to-… options exclude each other", hint: "name one of them.")
        }
        return seed ?? UInt64(UInt32.random(in: 1 ... .max))
    }
}

/// What runs it, and where.
struct TrialRuntimeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What runs PostgreSQL: local (programs of this machine) or docker (a container). [what is there]",
            valueName: "runtime"))
    var runtime: TrialStart.Runtime?

    @Option(
        help: ArgumentHelp(
            "The folder in which it is put together; it needs as much room as a restore. [/var/tmp]",
            valueName: "dir"))
    var scratch: String?

    @Option(help: ArgumentHelp("Who PostgreSQL runs as.", valueName: "user"))
    var owner: String?

    @Option(help: ArgumentHelp("Where postgres and psql are.", valueName: "dir"))
    var pgBin: String?

    @Option(
        help: ArgumentHelp(
            "Keep what failed for so long, to be looked at: 30m, 4h, 2d.", valueName: "time"))
    var keepOnFailure: String?

    @Option(
        help: ArgumentHelp(
            "How long the server may take to come up and be asked: 90m, 12h. [12h]", valueName: "time"))
    var timeLimit: String?

    @Flag(
        help:
            "Run PostgreSQL of this machine even where the system cannot hold it: for backups that you trust."
    )
    var weakIsolation = false

    @Option(
        help: ArgumentHelp(
            "The image of a container. [postgres:MAJOR, of the backup's version]", valueName: "name"))
    var image: String?

    @Option(
        help: ArgumentHelp(
            "Whether the image is pulled: never, missing or always. [missing]", valueName: "when"))
    var pull: ContainerOrder.Pull?

    @Option(
        help: ArgumentHelp(
            "How much memory it may use, a container in all [2GiB], else each process [half of what is free]: 512MiB, 4GB.",
            valueName: "size"))
    var memory: String?

    @Option(
        help: ArgumentHelp(
            "How many processors it may use: such as 1.5 in a container, else rounded up. [all]",
            valueName: "n"))
    var cpus: Double?

    @Flag(help: "Keep what passed, for `restore --from-trial`; it is asked nothing that adds to it.")
    var promotable = false

    @Option(help: ArgumentHelp("How long --promotable keeps it: 30m, 4h, 2d. [24h]", valueName: "time"))
    var keep: String?
}

extension TrialRuntimeOptions {
    /// Takes what the configuration says where the options are silent, and nothing that is for another runtime.
    mutating func fill(_ trial: TrialConfiguration) throws {
        runtime = try choice() ?? trial.runtime
        timeLimit = timeLimit ?? trial.time.map { "\(Int($0))s" }
        keepOnFailure = keepOnFailure ?? trial.keepOnFailure.map { "\(Int($0))s" }
        if runtime != .local {
            image = image ?? trial.image
        }
        cpus = cpus ?? trial.processors
        memory = memory ?? trial.memory.map { "\($0 >> 10)KiB" }
        if runtime != .docker, try choice() != .docker {
            scratch = scratch ?? trial.scratch
            owner = owner ?? trial.owner
            pgBin = pgBin ?? trial.binaries
        }
    }

    /// In seconds; nil where nothing that passed is kept.
    func keepsResultFor() throws -> Double? {
        guard promotable || keep == nil else {
            throw CommandError.usage(
                "--keep says how long --promotable keeps what passed", hint: "add --promotable.")
        }
        return promotable ? try TimeSpan.typed(keep ?? "24h") : nil
    }

    /// Nil where nobody says.
    func choice() throws -> TrialStart.Runtime? {
        let isForContainer = image != nil || pull != nil
        let isForMachine =
            scratch != nil || owner != nil || pgBin != nil || promotable || weakIsolation
        guard !(isForContainer && (isForMachine || runtime == .local)) else {
            throw CommandError.usage(
                "--image and --pull are for a container",
                hint:
                    "leave out --runtime local, --scratch, --owner, --pg-bin, --promotable and --weak-isolation, or leave out those."
            )
        }
        guard !(isForMachine && runtime == .docker) else {
            throw CommandError.usage(
                "--scratch, --owner, --pg-bin, --promotable and --weak-isolation are for programs of this machine",
                hint: "a container has a volume of the engine's; --image names its image.")
        }
        return runtime ?? (isForContainer ? .docker : isForMachine ? .local : nil)
    }

    /// In a container it is the image that says it.
    func serverOwner(for kind: TrialStart.Runtime) throws -> ServerOwner {
        guard kind == .local else { return ServerOwner(user: 65_534, group: 65_534, name: nil) }
        return try ServerOwner.find(owner)
    }

    /// In bytes, of each process of a trial on this machine; nil where nobody says.
    ///
    /// Less than what the programs begin with would be no limit but a refusal.
    func memoryOfEach() throws -> UInt64? {
        guard let memory, try choice() != .docker else { return nil }
        return try ByteCount.typed(memory, atLeast: runtime == .local ? 256 << 20 : 16 << 20)
    }

    func container(_ settings: Settings) throws -> ContainerOrder {
        var order = ContainerOrder(engine: settings.engine)
        (order.image, order.pull) = (image, pull ?? .missing)
        if let memory { order.memory = try ByteCount.typed(memory, atLeast: 16 << 20) }
        order.processors = try checkedCPUs()
        return order
    }

    /// For programs of this machine, which run on whole ones; nil where nobody says.
    func wholeProcessors() throws -> UInt64? { try checkedCPUs().map { UInt64($0.rounded(.up)) } }

    private func checkedCPUs() throws -> Double? {
        guard cpus.map({ (0.01...4096).contains($0) }) ?? true else {
            throw CommandError.usage("--cpus wants a number of processors", hint: "such as 2 or 0.5.")
        }
        return cpus
    }
}

extension ByteCount {
    /// A number of bytes as it is typed, `least` at the least.
    static func typed(_ text: String, atLeast least: UInt64) throws -> UInt64 {
        guard let bytes = bytes(text), bytes >= least else {
            throw CommandError.usage(
                bytes(text) == nil
                    ? "'\(shown(text))' is no whole number with a unit" : "'\(shown(text))' is too little",
                hint: "such as 512MiB or 4GB; at least \(least >> 20)MiB.")
        }
        return bytes
    }
}

extension ContainerOrder.Pull: ExpressibleByArgument {}

extension TrialStart.Runtime: ExpressibleByArgument {}
