// SPDX-License-Identifier: Apache-2.0
import Files

/// How foreign code is held: the server on a cluster that somebody else may have made, and the programs that ask it.
///
/// This program starts itself in between, as `confine`, gives up what that code must not have, and becomes it.
public struct Isolation: Sendable, Equatable {
    /// What keeps it in.
    enum Means: Equatable {
        /// Namespaces of its own. With one of users the owner makes them and stays who he is, else root does. `closed` says
        /// whether none of users can be made inside.
        case namespaces(users: Bool, closed: Bool)
        /// What can be taken away without them: as root the network, and what the confinement says. That is not enough.
        case rights(network: Bool, WriteConfinement?)
    }

    /// The full path of this program.
    let executable: String
    let means: Means
    /// What it sees where it does not see everything.
    let shown: [String]
    /// Why namespaces are not what holds it, in the system's words; nil where they do.
    let refusal: String?
    let limits: ProcessLimits
    let isOther: Bool
    /// Whether the kernel keeps its signals from others where namespaces do not.
    var keepsSignals = ProcessIsolation.canKeepSignals

    /// What it could get at although it should not, such as `network`; empty where it is held as it should be.
    public var lacks: [String] {
        guard case .rights(let network, let confinement) = means else { return [] }
        return ["what its user can reach of files, sockets and processes is reached"]
            + (network ? [] : ["no network namespace"])
            + (keepsSignals ? [] : ["signals reach other processes of its user"])
            + (confinement == nil ? ["not held to the directories of the trial"] : [])
            + (isOther ? [] : ["the files of this user can be read"])
    }

    /// Whether it has a network to itself.
    public var hasOwnNetwork: Bool {
        switch means {
        case .namespaces: true
        case .rights(let network, _): network
        }
    }

    /// For the record: what holds it, and what does not.
    public var words: [String] { held + bounded + lacks.map { "weak: \($0)" } }

    private var held: [String] {
        switch means {
        case .namespaces(let users, let closed):
            [
                users
                    ? "user, mount, network, IPC and process namespaces"
                    : "mount, network, IPC and process namespaces, as an unprivileged user",
                "no files but the system's and the trial's",
                closed ? "no further namespaces" : "further namespaces of users can be made",
            ]
        case .rights(let network, let confinement):
            (isOther ? ["an unprivileged user"] : []) + (network ? ["a network namespace"] : [])
                + [confinement?.rawValue].compactMap(\.self)
        }
    }

    private var bounded: [String] {
        let counts = [
            limits.fileSize.map { "files of at most \($0 >> 20) MiB" },
            limits.openFiles.map { "at most \($0) open files" },
            limits.processes.map { "at most \($0) processes" } ?? "no limit on processes",
        ]
        return ["no new privileges", "no core dumps"] + counts.compactMap(\.self) + boundedMemory
            + [boundedProcessors]
    }

    private var boundedProcessors: String {
        guard let processors = limits.processors else { return "no limit on processors" }
        let count = processors == 1 ? "1 processor" : "\(processors) processors"
        return "kept to \(count), unless it asks for more"
    }

    private var boundedMemory: [String] {
        guard let memory = limits.memory else { return ["no limit on memory"] }
        return [
            "at most \(memory >> 20) MiB of memory for each process", "no limit on memory for all together",
        ]
    }

    /// The strongest that works here, found out by trying.
    ///
    /// Waits for child processes. `shown` are folders that the programs need besides the system's: their own and those of the
    /// trial. `trying` is one that they may write to. Namespaces are taken where each of `programs` runs in them; they say their
    /// version, and do nothing else.
    public static func find(
        executable: String, launcher: Launcher, showing shown: [String], trying folder: String,
        running programs: [String], largestFile: UInt64, memory: UInt64? = nil,
        processors: UInt64? = nil
    ) -> Isolation {
        let seen = shown + Self.folders(of: executable)
        var limits = ProcessLimits(fileSize: largestFile, openFiles: 4096)
        (limits.memory, limits.processors) = (memory, processors)
        if ProcessLimits.countsProcessesApart { limits.processes = 512 }
        let isOther = launcher.owner.isOther
        var refusals: [String] = []
        for means in candidates(isOther) {
            // Without users of its own those that run elsewhere would count.
            if case .namespaces(users: false, _) = means { limits.processes = nil }
            let candidate = Isolation(
                executable: executable, means: means, shown: seen, refusal: nil, limits: limits,
                isOther: isOther)
            guard let refusal = candidate.refusal(of: programs, in: folder, launcher) else {
                return candidate
            }
            if !refusals.contains(refusal) { refusals.append(refusal) }
        }
        limits.processes = nil
        return Isolation(
            executable: executable,
            means: .rights(
                network: !launcher.isolation.isEmpty,
                Confinement.find(executable: executable, trying: folder)?.means),
            shown: [], refusal: refusals.joined(separator: "; "), limits: limits, isOther: isOther)
    }

    /// What is tried, the best first.
    ///
    /// Only root makes namespaces without one of users, for somebody else.
    private static func candidates(_ isOther: Bool) -> [Means] {
        let own: [Means] = [
            .namespaces(users: true, closed: true), .namespaces(users: true, closed: false),
        ]
        guard isOther else { return own }
        return own + [.namespaces(users: false, closed: true), .namespaces(users: false, closed: false)]
    }

    /// What is said instead of a version; nil where all of them run.
    private func refusal(of programs: [String], in folder: String, _ launcher: Launcher) -> String? {
        for program in programs {
            let (ending, text) = Programs.output(
                words(for: [program, "--version"], writing: [folder], by: launcher))
            guard ending != .exited(0) else { continue }
            return text.split(separator: "\n").first.map(String.init) ?? "'\(program)' does not run"
        }
        return nil
    }

    /// Throws where something is lacking, which says what helps.
    public func require() throws(PrivatePostgresError) {
        guard !lacks.isEmpty else { return }
        throw .commandNotFound(
            "this system cannot hold foreign code as a trial needs it: \(lacks.joined(separator: ", ")) (\(refusal ?? ""))",
            hint:
                "let users make namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), run it as root outside of containers, or --runtime docker; a hardened systemd unit needs trials-local.conf (docs/trial-restores.md); --weak-isolation does without, for backups that you trust."
        )
    }

    /// What runs a program as the owner so that it is held.
    func words(
        for program: [String], writing folders: [String], seeing others: [String] = [], by launcher: Launcher
    )
        -> [String]
    {
        switch means {
        case .namespaces(let users, let closed):
            let places = (shown + others).flatMap { ["--show", $0] } + folders.flatMap { ["--write", $0] }
            let options = ["--by", "namespaces"] + (closed ? ["--closed"] : []) + places
            if users { return launcher.identity + confine(options) + program }
            let owner = ["--user", "\(launcher.owner.user)", "--group", "\(launcher.owner.group)"]
            return confine(options + owner) + program
        case .rights(_, let confinement):
            let places = confinement.map { means in
                ["--by", means.rawValue] + folders.flatMap { ["--write", $0] }
            }
            return confine(places ?? []) + launcher.isolation + launcher.identity + program
        }
    }

    private func confine(_ options: [String]) -> [String] {
        let counts = [
            ("--file-size", limits.fileSize), ("--open-files", limits.openFiles),
            ("--processes", limits.processes), ("--memory", limits.memory),
            ("--processors", limits.processors),
        ].flatMap { name, value in value.map { [name, "\($0)"] } ?? [] }
        return [executable, "confine", "--foreign"] + counts + options + ["--"]
    }

    /// Where a program and its libraries are, which may run inside: WAL is fetched by it.
    private static func folders(of executable: String) -> [String] {
        let libraries = Set(
            OwnProcess.libraries.compactMap { $0.split(separator: "/").isEmpty ? nil : folder(of: $0) })
        return [executable] + libraries.filter { !isSystem($0) }.sorted()
    }

    private static func folder(of path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// Whether it lies in what everything sees.
    static func isSystem(_ path: String) -> Bool {
        guard !path.hasPrefix("/usr/local/"), path != "/usr/local" else { return false }
        return ["/usr/", "/lib/", "/lib64/", "/nix/store/", "/gnu/store/"].contains {
            "\(path)/".hasPrefix($0)
        }
    }
}
