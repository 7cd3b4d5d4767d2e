// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Diagnostics
import DockerEngine

/// The container of one trial, with the volume in which everything is put together.
struct TrialContainer {
    /// Where the volume is seen in the container.
    static let place = "/pg_backctl"
    static let program = "\(place)/program"
    /// Where PostgreSQL's user may write.
    static let scratch = "\(place)/work"
    private static let processes = 1024
    /// Told by us, for some engines ask for as many as they themselves may not have.
    private static let openFiles: Int64 = 4096

    /// Of the container, and of its volume.
    let name: String
    private let engine: Engine
    private let image: TrialImage
    private let order: ContainerOrder

    init(_ image: TrialImage, _ order: ContainerOrder, _ engine: Engine) {
        name = TrialMark.prefix + String(UInt64.random(in: .min ... .max), radix: 36)
        (self.image, self.order, self.engine) = (image, order, engine)
    }

    /// The same, spoken to by another way.
    init(_ container: TrialContainer, within engine: Engine) {
        (name, image, order) = (container.name, container.image, container.order)
        self.engine = engine
    }

    /// Makes both and puts this program in; nothing runs yet.
    func make(_ files: ProgramFiles, at time: Timestamp) throws {
        let labels = TrialMark(at: time).labels
        try engine.createVolume(name, labels: labels)
        _ = try engine.createContainer(plan(files, labels), named: name)
        try engine.unpack(into: name, at: Self.place) { tar in
            // Its user is the image's affair, and nobody else is there.
            try tar.add(ProgramFiles.entry("work", .directory, 0o1777))
            try files.write(into: tar)
        }
    }

    private func plan(_ files: ProgramFiles, _ labels: [String: String]) -> ContainerPlan {
        var plan = ContainerPlan(
            image: image.image.id,
            entrypoint: [
                files.command, "trial-inside", "--program", files.command, "--scratch", Self.scratch,
            ], command: [], user: image.user, workingDirectory: "/", labels: labels,
            mounts: [ContainerMount(.volume(name), at: Self.place)], logBytes: 0)
        plan.takesInput = true
        plan.isolation.memory = order.memory
        plan.isolation.nanoCPUs = order.processors.map { UInt64($0 * 1e9) }
        plan.isolation.processes = Self.processes
        plan.isolation.limits["nofile"] = Self.openFiles
        plan.isolation.memoryDirectories = ["/tmp": 16 << 20]
        return plan
    }

    /// Starts the program in it.
    func start() throws {
        do throws(EngineError) { try engine.start(name) } catch {
            guard case .refused(_, _, let reason) = error, reason.contains("unable to find user") else {
                throw error
            }
            throw ContainerTrouble.noUser(image: image.name, user: image.user)
        }
    }

    /// What the engine says of it when it has ended, for which it gets some time; nil when it is not there, and as it is when it
    /// still runs.
    ///
    /// Only then is it known why: the engine hears of the end of memory later than we of that of the program.
    func whenEnded() throws(EngineError) -> Container? {
        do throws(EngineError) { return try engine.wait(for: name, patience: 10) } catch {
            switch error {
            case .missing: return nil
            case .stalled: return try engine.container(name)
            default: throw error
            }
        }
    }

    /// How it is shut in, for the record.
    var isolation: [String] {
        let processors = order.processors.map { [", \($0) processors"] } ?? []
        return [
            "container", "no network", "no capabilities", "no new privileges", "read-only root",
            "memory \(Units.bytes(order.memory))\(processors.joined())", "\(Self.processes) processes",
            "\(Self.openFiles) open files",
        ]
    }

    /// Takes away the container and leaves the volume, until then, with a container that is not started and says so.
    func keep(until time: Timestamp, at now: Timestamp) throws(EngineError) {
        try engine.removeContainer(name)
        var mark = TrialMark(at: now)
        mark.keptUntil = time
        var plan = ContainerPlan(
            image: image.image.id, entrypoint: ["sh"], command: [], user: image.user, labels: mark.labels,
            mounts: [ContainerMount(.volume(name), at: Self.place)])
        plan.isolation.memory = order.memory
        _ = try engine.createContainer(plan, named: "\(name)-kept")
    }

    /// Ends what runs in it and takes away both; what is not there is no error.
    func remove() throws(EngineError) {
        try engine.removeContainer(name)
        try engine.removeVolume(name)
    }
}
