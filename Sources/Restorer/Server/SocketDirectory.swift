// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where a private server's socket is: a directory that nobody but its owner may enter.
struct SocketDirectory {
    /// The port of a server without network only names its socket.
    static let port = "5432"
    /// What fits into `sockaddr_un`, with the NUL at its end.
    private static let longestPath = 107
    private static let prefix = "/tmp/pg_backctl-s"

    let path: String

    /// In the scratch directory, or in `/tmp` where that path would be too long for a socket.
    init(in scratch: String, owner: ServerOwner) throws(RestoreError) {
        let usual = "\(scratch)/socket"
        if "\(usual)/.s.PGSQL.\(Self.port).lock".utf8.count <= Self.longestPath {
            Self.remove(usual)
            guard mkdir(usual, 0o700) == 0 else { throw Self.failure(usual) }
            path = usual
        } else {
            var name = Array("\(Self.prefix)XXXXXX".utf8CString)
            guard mkdtemp(&name) != nil else { throw Self.failure(Self.prefix) }
            path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard !owner.isOther || lchown(path, owner.user, owner.group) == 0 else { throw Self.failure(path) }
    }

    func remove() { Self.remove(path) }

    /// Whether this can only be a directory that was made here, and in `/tmp`.
    static func isOurs(_ path: String) -> Bool {
        path.hasPrefix(prefix) && path.utf8.count == prefix.utf8.count + 6 && !path.dropFirst(5).contains("/")
    }

    /// Removes the two files that a server makes there and the directory, if that is all it holds.
    static func remove(_ path: String) {
        unlink("\(path)/.s.PGSQL.\(port)")
        unlink("\(path)/.s.PGSQL.\(port).lock")
        rmdir(path)
    }

    private static func failure(_ path: String) -> RestoreError {
        .failed(
            "making the directory of the server's socket", reason: "'\(path)': \(SystemErrorText.of(errno))",
            hint: "may this user write there?")
    }
}
