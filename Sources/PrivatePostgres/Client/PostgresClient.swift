// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Files
import Glibc

/// psql on a private server, run as the server's owner.
///
/// The password is in a file of the scratch directory as long as this is there, and in no command line or
/// environment.
public struct PostgresClient: ~Copyable {
    /// What psql says, while it runs.
    static let log = "pg_backctl-psql.log"

    let server: ServerConnection
    let scratch: OwnedFolder
    let environment: [String: String]
    /// What holds for each of its connections.
    public var session = SessionSettings()

    /// As a user of a database; `password` is nil where the server asks for none.
    public init(
        _ server: ServerConnection, user: String, database: String, password: Secret?
    ) throws(PrivatePostgresError) {
        let scratch = try OwnedFolder(server.scratch, owner: server.host.owner)
        var environment = [
            "PGHOST": server.socketDirectory, "PGPORT": server.port, "PGUSER": user, "PGDATABASE": database,
            "PGCONNECT_TIMEOUT": "30", "PGAPPNAME": "pg_backctl", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        ]
        if let password {
            do {
                try scratch.write(Array(try PasswordFile.text(password).utf8), to: PasswordFile.name)
            } catch {
                try? scratch.remove(PasswordFile.name)
                throw error
            }
            environment["PGPASSFILE"] = "\(server.scratch)/\(PasswordFile.name)"
        }
        (self.server, self.environment) = (server, environment)
        self.scratch = scratch
    }

    deinit { try? scratch.remove(PasswordFile.name) }

    /// Removes the password; what cannot be removed is an error.
    public consuming func close() throws(PrivatePostgresError) { try scratch.remove(PasswordFile.name) }

    /// How a script came to its end.
    public enum ScriptEnding: Sendable, Equatable {
        case done
        /// The first statement that failed was the last; the words say why, and repeat nothing of the script.
        case failed(String)
    }

    /// Runs one file of SQL by `psql -X -v ON_ERROR_STOP=1 -f -`.
    ///
    /// It is read from a descriptor that we opened, so that the owner need not be able to read it; psql's directory
    /// is `folder`, for `\i`.
    public borrowing func run(
        script name: String, in folder: String, cancellation: Cancellation
    ) throws(PrivatePostgresError) -> ScriptEnding {
        let input: FileDescriptor
        do { input = try FileDescriptor(file: "\(folder)/\(name)") } catch { return .failed(error.text) }
        var start = ProgramStart(
            .psql, ["-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-f", "-"], environment: environment,
            directory: folder, log: "\(server.scratch)/\(Self.log)")
        start.seen = [server.socketDirectory]
        // Its commands are the user's, and may go anywhere.
        start.needsNetwork = true
        defer { try? scratch.remove(Self.log) }
        let process = try server.host.start(start, reading: input)
        var report = ScriptReport()
        let ending = process.wait {
            process.hear { report.receive($0) }
            return !cancellation.isRequested
        }
        guard let ending else {
            Self.end(process)
            throw .interrupted(cancellation.exitStatus ?? .interrupted)
        }
        process.hearRest { report.receive($0) }
        return ending == .exited(0) ? .done : .failed(report.reason(ending))
    }

    static func end(_ process: any RunningProgram) {
        process.end([EndingSignal(SIGINT, within: .seconds(2))], in: nil)
    }
}
