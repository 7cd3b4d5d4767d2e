// SPDX-License-Identifier: Apache-2.0

public import PrivatePostgres
public import WALArchive

extension RestoreCommand {
    /// Asks the process that serves WAL at a socket.
    public init(executable: String, socket: String) {
        self.init(
            program: executable, arguments: ["wal-get", "--socket", socket], needsNetwork: false,
            opens: [executable, socket])
    }

    /// Goes to the archive itself; `options` are words as a person would type them.
    ///
    /// Credentials must not be among them: what is written here, others can read.
    public init(executable: String, location: String, options: [String] = []) {
        self.init(program: executable, arguments: ["wal-get"] + options + [location], needsNetwork: true)
    }
}

extension WALServer {
    /// What PostgreSQL is to run to be served.
    public func restoreCommand(executable: String) -> RestoreCommand {
        RestoreCommand(executable: executable, socket: socketPath)
    }
}
