// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// Ends a program of PostgreSQL's that outlived the process which had started it.
///
/// It was started in the directory that it writes to, so no other one's is taken for it, and nothing has to be
/// written down before it runs.
public enum LeftoverProgram {
    /// Returns when none writes into the directory any more.
    public static func stop(
        _ program: PostgresBinaries.Program, in directory: String, patience: Duration = .seconds(30)
    ) throws(PrivatePostgresError) {
        let processes = try inside(directory, program)
        for process in processes where process.isRunning() { kill(process.identifier, SIGKILL) }
        let deadline = ContinuousClock.now + patience
        while let process = processes.first(where: { $0.isRunning() }) {
            guard ContinuousClock.now < deadline else {
                throw .failed(
                    "stopping \(program.rawValue) of an earlier restore",
                    reason: "process \(process.identifier) does not end",
                    hint: "may this user end it? run this as root or as its user.")
            }
            usleep(20_000)
        }
    }

    /// With the programs that become it, which name it among their words.
    private static func inside(
        _ directory: String, _ program: PostgresBinaries.Program
    ) throws(PrivatePostgresError) -> [ProcessStatus] {
        guard let identity = FileIdentity(following: directory) else { return [] }
        let name = ObjectName(program.rawValue)
        let all: [ProcessStatus]
        do throws(SystemError) { all = try ProcessStatus.all() } catch {
            throw .failed("looking for \(program.rawValue) in", "/proc", error)
        }
        return all.filter { process in
            process.directory == identity && process.words.contains { ObjectName($0).lastComponent == name }
        }
    }
}
