// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
public import PrivatePostgres

/// The user's SQL, run on the recovered server before it is stopped.
///
/// Each file is read by psql as the server's owner (`PostgresClient`), with the folder as its directory. `\c` goes
/// to another database of the same server. `\!` and `\o |…` work as always: the files are the user's own. Settings
/// of the backup (`search_path`, libraries to load) do not apply to the private server.
public struct PostInitScripts: Sendable {
    /// Where the scripts are.
    public var folder: ScriptFolder
    /// As whom they run.
    public var user: String
    /// In which database they begin.
    public var database: String
    /// Of the user; nil where the server asks for none.
    public var password: Secret?

    /// The scripts of a folder, for one user and database.
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
        do throws(PrivatePostgresError) {
            let client = try PostgresClient(server, user: user, database: database, password: password)
            for name in folder.names {
                onStart(name)
                let ending = try client.run(script: name, in: folder.path, cancellation: cancellation)
                if case .failed(let reason) = ending { throw failure("\(folder.path)/\(name)", reason) }
            }
            try client.close()
        } catch { throw RestoreError(error) }
    }

    private func failure(_ path: String, _ reason: String) -> PrivatePostgresError {
        .failed(
            "script '\(path)'", reason: reason,
            hint: "mend it and run the same command again; nothing was switched.")
    }
}
