// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Makes a command line run as the server's owner, with as little power as this machine lets us take away.
///
/// Becoming somebody else is left to `setpriv` of util-linux: glibc's setgroups takes a lock that another
/// thread may hold when a process is cloned from ours, and the child would wait for it for ever.
public struct Launcher: Sendable, Equatable {
    public let owner: ServerOwner
    /// What goes before a program that needs no network.
    let isolation: [String]
    /// What goes before every program.
    let identity: [String]

    /// `search` are folders to look for `setpriv` in; only root needs it, and not finding it is an error.
    public init(for owner: ServerOwner, search: [String]) throws(RestoreError) {
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

    /// The words that run `program` as the owner.
    ///
    /// With `isolated` it has no network at all, where the system lets us: as root, outside of most containers.
    /// Everywhere else its own settings alone keep it off the network.
    func words(_ program: String, _ arguments: [String], isolated: Bool = false) -> [String] {
        (isolated ? isolation : []) + identity + [program] + arguments
    }
}

/// Programs on this machine.
enum Programs {
    static func find(_ name: String, in folders: [String]) -> String? {
        folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0
    }

    static func succeeds(_ words: [String]) -> Bool {
        output(words).ending == .exited(0)
    }

    /// Runs a program that is done in no time and says little; at most 10 seconds and the first 4 KiB.
    static func output(_ words: [String]) -> (ending: ChildProcess.Ending?, text: String) {
        var path = Array("/tmp/pg_backctl-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return (.notStarted("/tmp: \(SystemErrorText.of(errno))"), "") }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(name)
        }
        let environment = ["LC_ALL": "C"]
        let process = ChildProcess(.init(words: words, environment: environment, output: name))
        let deadline = ContinuousClock.now + .seconds(10)
        let ending = process.wait { ContinuousClock.now < deadline }
        if ending == nil {
            process.signal(SIGKILL)
            _ = process.wait()
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return (ending, String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
    }
}
