// SPDX-License-Identifier: Apache-2.0
import Files

/// The processes of servers.
enum ServerProcesses {
    /// Those whose current directory is a data directory: every process of a server stays in it.
    static func inside(_ directory: String) -> [ProcessStatus] {
        guard let identity = FileIdentity(following: directory) else { return [] }
        return ProcessStatus.all().filter { $0.directory == identity && $0.isPostgres }
    }
}
