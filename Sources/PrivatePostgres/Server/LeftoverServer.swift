// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Files
import Glibc

/// Ends a private server that outlived the restore which had started it.
public enum LeftoverServer {
    /// Stops what runs on one of our staging directories and returns whether anything did.
    ///
    /// Only processes that are in the directory are touched, and a postmaster only when its command line
    /// names the settings that we start servers with; another one is an error. First the fast shutdown, then
    /// the immediate one, then the end.
    @discardableResult
    public static func stop(
        in directory: String, cancellation: Cancellation, patience: Duration = .seconds(30)
    ) throws(PrivatePostgresError) -> Bool {
        let socketDirectory = PostmasterFile.read(in: directory)?.socketDirectory
        let processes = try ServerProcesses.inside(directory)
        guard !processes.isEmpty else {
            removeSocket(socketDirectory)
            return false
        }
        let known = Set(processes.map(\.identifier))
        let heads = processes.filter { !known.contains($0.parent) }
        for head in heads where isPostmaster(head) && !PrivateSettings.isOurs(head.words) {
            throw .unsafeDirectory(
                directory, reason: "a server runs on it that no restore started (process \(head.identifier))",
                hint: "who started it? stop it, then run the same command again.")
        }
        try end(heads, cancellation, patience)
        removeSocket(socketDirectory)
        return true
    }

    /// The others have changed their command line to say what they do, after their own name and a colon.
    private static func isPostmaster(_ process: ProcessStatus) -> Bool {
        !process.title.hasPrefix("postgres: ")
    }

    private static func end(
        _ heads: [ProcessStatus], _ cancellation: Cancellation, _ patience: Duration
    ) throws(PrivatePostgresError) {
        let family = heads.flatMap { ProcessStatus.family(of: $0.identifier) }
        for (signal, targets, time) in [
            (SIGINT, heads, patience), (SIGQUIT, heads, .seconds(5)), (SIGKILL, family, .seconds(5)),
        ] {
            for process in targets where process.isRunning() { kill(process.identifier, signal) }
            let deadline = ContinuousClock.now + time
            while family.contains(where: { $0.isRunning() }) && ContinuousClock.now < deadline {
                if let status = cancellation.exitStatus { throw .interrupted(status) }
                usleep(20_000)
            }
            if !family.contains(where: { $0.isRunning() }) { return }
        }
        throw .failed(
            "stopping the server of an earlier restore",
            reason: "process \(heads.map { "\($0.identifier)" }.joined(separator: ", ")) does not end",
            hint: "may this user end it? run this as root or as its user.")
    }

    private static func removeSocket(_ directory: String?) {
        if let directory { SocketDirectory.removeLeft(directory) }
    }
}
