// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import PrivatePostgres
import WALArchive

extension RestoreWork {
    /// What recovery and the scripts after it came to.
    private struct Recovered {
        var outcome: RecoveryOutcome
        var scripts: [String] = []
        var scriptSeconds = 0.0
        var inside: InsideReport
        /// What shows of the server's network.
        var traffic: [String] = []
        var checkSeconds = 0.0
    }

    /// Starts PostgreSQL privately, recovers to the goal, runs the user's scripts and stops it.
    mutating func recover(_ target: any RestoreTarget, _ version: Int) throws {
        try target.confineTablespaces()
        let launcher = try launcher()
        var server = try privateServer(target, version, launcher)
        server.needsPassword = request.scripts?.password != nil
        let watch = Stopwatch()
        world.observer.began(.recover, bytes: nil)
        let recovered = try withWAL(target, launcher) { (command) throws(RestoreError) in
            server.restoreCommand = command
            return try run(server, target)
        }
        if let wal = restore.wal, request.goal.target == .endOfWAL {
            try wal.requireNoGap(
                after: recovered.outcome, DataDirectory(target.data).control(),
                cancellation: world.cancellation
            )
        }
        try target.discard("server")
        try target.discard("wal")
        (report.recovery, report.scripts) = (recovered.outcome, recovered.scripts)
        report.isolation += recovered.traffic
        let others = recovered.scriptSeconds + recovered.checkSeconds
        let bytes = plan.bytesReplayed(upTo: recovered.outcome.end)
        try add([RestorePhase(.recover, seconds: watch.seconds - others, bytes: bytes)])
        try addChecks(seconds: recovered.checkSeconds)
        if request.scripts != nil { try add([RestorePhase(.scripts, seconds: recovered.scriptSeconds)]) }
        try judge(recovered.inside, recovered.outcome, target)
    }

    /// Looks once more into what was recovered and was not whole: somebody may have mended it, or taken it as it is.
    mutating func lookAgain(_ target: any RestoreTarget, _ version: Int) throws {
        var server = try privateServer(target, version, launcher())
        server.isRecovered = true
        let (watch, settings) = (Stopwatch(), startSettings(target))
        var asking = 0.0
        world.observer.began(.recover, bytes: nil)
        let (outcome, (inside, answers)) = try server.recover(
            cancellation: world.cancellation, failingAs: { RestoreError($0) }, onProgress: { _ in }
        ) { (connection) throws(RestoreError) in
            let inside = try look(inside: connection, target, settings, version)
            let watch = Stopwatch()
            defer { asking = watch.seconds }
            return (inside, try ask(connection, target, version))
        }
        try target.discard("server")
        report.recovery = outcome
        try add([RestorePhase(.recover, seconds: watch.seconds - asking)])
        note(answers)
        try addChecks(seconds: asking)
        try judge(inside, outcome, target)
    }

    private mutating func privateServer(
        _ target: any RestoreTarget, _ version: Int, _ launcher: Launcher
    ) throws(RestoreError) -> PrivateServer {
        let binaries = try binaries(version, needed: plan.neededPrograms)
        let host = try host(target, binaries, launcher)
        var server = PrivateServer(
            dataDirectory: target.data, scratch: try target.scratch("server"), host: host, goal: goal)
        (server.ranges, server.limits) = (plan.ranges, world.foreignCode?.limits)
        server.tablespaces = Array(target.stagedTablespaces.values)
        server.walDirectory = target.stagedWAL
        return server
    }

    /// What holds the server to the directories of this restore.
    ///
    /// All WAL is looked into before it is replayed, so a kernel that can hold nobody is no reason to refuse a restore; but
    /// where WAL makes tablespaces, two things must stand between it and the origin's directories.
    func confinement(_ target: any RestoreTarget) throws(RestoreError) -> Confinement? {
        guard let executable = world.executable else { return nil }
        if let found = Confinement.find(executable: executable, trying: target.path) { return found }
        guard !world.isContained else { return nil }
        guard !plan.tablespaces.contains(where: \.isLater) else {
            throw .unsafeTarget(
                ObjectName(request.target).description,
                reason: "WAL makes tablespaces, and this system cannot hold a server to its directories",
                hint:
                    "Linux 6.2 or later can (Landlock), or root elsewhere (namespaces of mounts): restore there."
            )
        }
        world.observer.noted(
            "this system cannot hold the server to its directories (neither Landlock nor namespaces of mounts)"
        )
        return nil
    }

    private func withWAL<Result>(
        _ target: any RestoreTarget, _ launcher: Launcher,
        _ body: (RestoreCommand?) throws(RestoreError) -> Result
    ) throws(RestoreError) -> Result {
        guard let wal = restore.wal else { return try body(nil) }
        let control = try DataDirectory(target.data).control()
        let scratch = try target.scratch("wal")
        let socket = try RestoreError.translating { () throws(PrivatePostgresError) in
            try SocketDirectory(in: scratch, owner: nil)
        }
        defer { socket.remove() }
        return try wal.serve(
            control, in: socket.path, launcher: launcher,
            tablespaces: .linked(Set(target.stagedTablespaces.keys), goal: goal.stop),
            cancellation: world.cancellation,
            noted: world.observer.noted, body)
    }

    private mutating func run(_ server: PrivateServer, _ target: any RestoreTarget) throws(RestoreError)
        -> Recovered
    {
        try target.enter(.recovering)
        try UserFiles(request).putSettings(into: target.data)
        noteNeutralised(target)
        let settings = startSettings(target)
        var names: [String] = []
        var seconds = 0.0
        var (answered, asking, traffic) = (Double?.none, 0.0, [String]())
        var answers = ClusterAnswers()
        // What was answered stays so, whatever becomes of the server afterwards.
        defer {
            note(answers)
            report.secondsToAnswer = answered
        }
        let (outcome, inside) = try server.recover(
            cancellation: world.cancellation, failingAs: { RestoreError($0) },
            onProgress: { world.observer.recovered($0) }
        ) { (connection) throws(RestoreError) in
            answered = self.watch.seconds
            try runScripts(connection)
            let inside = try look(inside: connection, target, settings, server.host.major)
            let watch = Stopwatch()
            defer { (asking, traffic) = (watch.seconds, self.traffic(of: connection)) }
            answers = try ask(connection, target, server.host.major)
            return inside
        }
        return Recovered(
            outcome: outcome, scripts: names, scriptSeconds: seconds, inside: inside,
            traffic: traffic, checkSeconds: asking)

        func runScripts(_ connection: ServerConnection) throws(RestoreError) {
            guard let scripts = request.scripts else { return }
            // The target was reached, and scripts may need the room.
            try target.discardPristine()
            try target.enter(.scripting)
            let watch = Stopwatch()
            world.observer.began(.scripts, bytes: nil)
            try scripts.run(on: connection, cancellation: world.cancellation) { name in
                names.append(name)
                world.observer.scriptBegan(name)
            }
            seconds = watch.seconds
        }
    }
}
