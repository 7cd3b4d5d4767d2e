// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Makes a command line run as the server's owner, with as little power as this machine lets us take away.
///
/// Becoming somebody else is left to `setpriv` of util-linux: glibc's setgroups takes a lock that another
/// thread may hold when a process is cloned from ours, and the child would wait for it for ever.
public struct Launcher: Sendable, Equatable {
    /// Who programs run as.
    public let owner: ServerOwner
    /// What goes before a program that needs no network.
    let isolation: [String]
    /// What goes before every program.
    let identity: [String]

    /// Finds out what this machine allows by trying, so it waits for child processes.
    ///
    /// `search` are folders to look for `setpriv` in; only root needs it, and not finding it is an error.
    public init(for owner: ServerOwner, search: [String]) throws(PrivatePostgresError) {
        self.owner = owner
        guard owner.isOther else {
            (isolation, identity) = ([], [])
            return
        }
        let folders = ["/usr/bin", "/bin", "/usr/local/bin"] + search
        guard let setpriv = Programs.find("setpriv", in: folders) else {
            throw .commandNotFound(
                "'setpriv' was not found, with which root starts the server as \(owner)",
                hint: "install util-linux, or run this as the user that owns the data directory.")
        }
        let user = [setpriv, "--reuid=\(owner.user)", "--regid=\(owner.group)", "--clear-groups"]
        let powerless = user + ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        // A container may lack the capability that is needed to give up the others.
        identity = (Programs.succeeds(powerless + ["--", setpriv, "--version"]) ? powerless : user) + ["--"]
        let unshare = Programs.find("unshare", in: folders).map { [$0, "--net", "--"] } ?? []
        isolation = !unshare.isEmpty && Programs.succeeds(unshare + [setpriv, "--version"]) ? unshare : []
    }

    /// Whether the owner can run a program at all, as its `--version` shows; waits for it.
    public func canRun(_ program: String) -> Bool { Programs.succeeds(words(program, ["--version"])) }

    /// The words that run `program` as the owner.
    ///
    /// With `isolated` it has no network at all, where the system lets us: as root, outside of most
    /// containers. Everywhere else its own settings alone keep it off the network.
    package func words(_ program: String, _ arguments: [String], isolated: Bool = false) -> [String] {
        (isolated ? isolation : []) + identity + [program] + arguments
    }
}
