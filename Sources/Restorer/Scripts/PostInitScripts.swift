// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Glibc

/// The user's SQL, run on the recovered server before it is stopped.
///
/// Each file is read by `psql -X -v ON_ERROR_STOP=1 -f -` as the server's owner, from a descriptor that we
/// opened, so that the owner need not be able to read it; psql's directory is the folder, for `\i`. `\c`
/// goes to another database of the same server. `\!` and `\o |…` work as always: the files are the user's
/// own. Settings of the backup (`search_path`, libraries to load) do not apply to the private server.
public struct PostInitScripts: Sendable {
    public var folder: ScriptFolder
    public var user: String
    public var database: String
    public var password: Secret?

    public init(folder: ScriptFolder, user: String, database: String, password: Secret?) {
        (self.folder, self.user) = (folder, user)
        (self.database, self.password) = (database, password)
    }

    /// Runs all files; `onStart` is told the name of each before it runs.
    ///
    /// The first that fails is the last.
    public func run(
        on server: ServerConnection, cancellation: Cancellation, onStart: (String) -> Void = { _ in }
    ) throws(RestoreError) {
        let scratch = try OwnedFolder(server.scratch, owner: server.launcher.owner)
        var environment = [
            "PGHOST": server.socketDirectory, "PGPORT": server.port, "PGUSER": user, "PGDATABASE": database,
            "PGCONNECT_TIMEOUT": "30", "PGAPPNAME": "pg_backctl", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        ]
        do {
            if let password {
                try scratch.write(Array(try PasswordFile.text(password).utf8), to: PasswordFile.name)
                environment["PGPASSFILE"] = "\(server.scratch)/\(PasswordFile.name)"
            }
            for name in folder.names {
                onStart(name)
                try run(name, on: server, environment, cancellation)
            }
        } catch {
            try? scratch.remove(PasswordFile.name)
            throw error
        }
        try scratch.remove(PasswordFile.name)
    }

    private func run(
        _ name: String, on server: ServerConnection, _ environment: [String: String],
        _ cancellation: Cancellation
    ) throws(RestoreError) {
        let path = "\(folder.path)/\(name)"
        let input = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard input >= 0 else { throw failure(path, SystemErrorText.of(errno)) }
        var output = try OutputTail("\(server.scratch)/pg_backctl-psql.log")
        defer { unlink("\(server.scratch)/pg_backctl-psql.log") }
        let arguments = ["-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        let words = server.launcher.words(server.binaries.path(.psql), arguments)
        let process = ChildProcess(
            .init(
                words: words, environment: environment, directory: folder.path, input: input,
                output: output.descriptor))
        var report = ScriptReport()
        let ending = process.wait {
            output.read { report.take($0) }
            return !cancellation.isRequested
        }
        guard let ending else {
            end(process)
            throw .interrupted(cancellation.exitStatus ?? .interrupted)
        }
        output.finish { report.take($0) }
        guard ending == .exited(0) else { throw failure(path, report.reason(ending)) }
    }

    private func end(_ process: ChildProcess) {
        process.signal(SIGINT)
        let deadline = ContinuousClock.now + .seconds(2)
        if process.wait(asLongAs: { ContinuousClock.now < deadline }) == nil { process.signal(SIGKILL) }
        _ = process.wait()
    }

    private func failure(_ path: String, _ reason: String) -> RestoreError {
        .failed(
            "script '\(path)'", reason: reason,
            hint: "mend it and run the same command again; nothing was switched.")
    }
}

/// What psql printed, as far as it says why a script failed.
///
/// The first error is what stopped the script; of what follows it only DETAIL and HINT are told. LINE, QUERY and
/// CONTEXT repeat statements of the user's, and those may hold passwords.
struct ScriptReport {
    private static let longest = 3

    private var error: [String] = []
    private var last: String?

    mutating func take(_ line: String) {
        if error.isEmpty {
            last = line
            guard line.contains("ERROR:  ") || line.contains("FATAL:  ") || line.hasPrefix("psql: error:")
            else {
                return
            }
            error = [line]
        } else if error.count < Self.longest, line.hasPrefix("DETAIL:  ") || line.hasPrefix("HINT:  ") {
            error.append(line)
        }
    }

    /// With the line of the file first, where psql says it: `line 3: ERROR:  …`.
    func reason(_ ending: ChildProcess.Ending) -> String {
        guard let first = error.first else {
            let said = last.map { ": \($0)" } ?? ""
            switch ending {
            case .exited(let status): return "psql ended with status \(status)\(said)"
            case .signalled(let number): return "psql was ended by signal \(number)\(said)"
            case .notStarted(let reason): return reason
            }
        }
        return ([Self.placed(first)] + error.dropFirst()).joined(separator: "; ")
    }

    private static func placed(_ line: String) -> String {
        guard let match = line.wholeMatch(of: /psql:<stdin>:(\d+): (.*)/) else { return line }
        return "line \(match.1): \(match.2)"
    }
}
