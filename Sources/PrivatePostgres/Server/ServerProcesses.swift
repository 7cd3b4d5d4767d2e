// SPDX-License-Identifier: Apache-2.0
import Files

/// The processes of servers.
enum ServerProcesses {
    /// Those whose current directory is a data directory: every process of a server stays in it.
    static func inside(_ directory: String) throws(PrivatePostgresError) -> [ProcessStatus] {
        guard let identity = FileIdentity(following: directory) else { return [] }
        do throws(SystemError) {
            return try ProcessStatus.all().filter { $0.directory == identity && $0.isPostgres }
        } catch { throw .failed("looking for servers in", "/proc", error) }
    }
}
