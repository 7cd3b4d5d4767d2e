// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc

/// Ends a `pg_combinebackup` that outlived the restore which had started it.
///
/// It was started in the directory that it writes to, so no other restore's is taken for it, and nothing has to be
/// written down before it runs.
enum LeftoverCombination {
    /// Returns when none writes into the directory any more.
    static func stop(in directory: String, patience: Duration = .seconds(30)) throws(RestoreError) {
        let processes = inside(directory)
        for process in processes where process.isRunning() { kill(process.identifier, SIGKILL) }
        let deadline = ContinuousClock.now + patience
        while let process = processes.first(where: { $0.isRunning() }) {
            guard ContinuousClock.now < deadline else {
                throw .failed(
                    "stopping pg_combinebackup of an earlier restore",
                    reason: "process \(process.identifier) does not end",
                    hint: "may this user end it? run this as root or as its user.")
            }
            usleep(20_000)
        }
    }

    /// With the programs that become it, which name it among their words.
    private static func inside(_ directory: String) -> [ProcessStatus] {
        guard let identity = FileIdentity(following: directory) else { return [] }
        return ProcessStatus.all().filter { $0.directory == identity && isOne($0.words) }
    }

    private static func isOne(_ words: [String]) -> Bool {
        let program = ObjectName(PostgresBinaries.Program.combineBackup.rawValue)
        return words.contains { ObjectName($0).lastComponent == program }
    }
}
