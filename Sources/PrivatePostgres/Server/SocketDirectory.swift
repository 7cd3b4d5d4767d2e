// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// Where a socket is: a directory that nobody but its owner may enter.
///
/// It may belong to the server's owner, who can put anything into it, and what it stands in never does. It stays
/// open, so that whatever stands under its name later, what is removed was in it.
public final class SocketDirectory: Sendable {
    /// The port of a server without network only names its socket.
    static let port = "5432"
    /// What a server makes there.
    private static let files = [".s.PGSQL.\(port)", ".s.PGSQL.\(port).lock"]
    /// What fits into `sockaddr_un`, with the NUL at its end.
    private static let longestPath = 107
    private static let common = "/tmp"
    private static let prefix = "pg_backctl-s"
    private static let digits = 6
    /// A link in the scratch directory to where the directory is, when that is elsewhere.
    private static let note = "elsewhere"

    /// Short enough for a socket in it.
    public let path: String
    private let parent: FileDescriptor
    private let folder: FileDescriptor

    /// In the scratch directory, or in `/tmp` where that path would be too long for a socket.
    ///
    /// Without an owner it stays ours.
    public init(in scratch: String, owner: ServerOwner?) throws(PrivatePostgresError) {
        let usual = "\(scratch)/socket"
        let isShort = "\(usual)/.s.PGSQL.\(Self.port).lock".utf8.count <= Self.longestPath
        let place = isShort ? scratch : Self.common
        do throws(SystemError) {
            parent = try FileDescriptor(folderAt: place)
            let name: String
            if isShort {
                name = "socket"
                try Self.remove(name, in: parent)
                try parent.makeFolder(name.utf8)
            } else {
                name = try Self.makeUnused(in: parent)
            }
            folder = try FileDescriptor(folder: name.utf8, in: parent)
            if !isShort {
                try FileDescriptor(folderAt: scratch).makeLink(Self.note.utf8, to: "\(place)/\(name)")
            }
            try owner?.own(folder)
            path = "\(place)/\(name)"
        } catch { throw Self.failure(isShort ? usual : Self.common, error) }
    }

    /// Makes a directory under a name that nobody has.
    private static func makeUnused(in parent: borrowing FileDescriptor) throws(SystemError) -> String {
        while true {
            let number = String(UInt32.random(in: 0..<1 << (4 * UInt32(digits))), radix: 16)
            let name = prefix + String(repeating: "0", count: digits - number.count) + number
            do {
                try parent.makeFolder(name.utf8)
                return name
            } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
    }

    /// Removes the directory with what a server makes in it, and nothing else.
    public func remove() { try? Self.remove(folder, Self.name(of: path), in: parent) }

    /// Removes what a restore that was killed left in `/tmp`; any other path is left alone.
    ///
    /// The path is what the server's owner says it is.
    static func removeLeft(_ path: String) {
        guard isOurs(path), let parent = try? FileDescriptor(folderAt: common) else { return }
        try? remove(Self.name(of: path), in: parent)
    }

    /// Removes what a restore that was killed had put into `/tmp` because its scratch directory has a long path.
    ///
    /// The scratch directory is ours, so what is noted there is where ours was.
    public static func removeNoted(in scratch: String) {
        guard let noted = try? FileDescriptor(folderAt: scratch).target(ofLink: note.utf8) else { return }
        let path = String(decoding: noted, as: UTF8.self)
        guard isOurs(path), let parent = try? FileDescriptor(folderAt: common) else { return }
        try? parent.removeTree(Self.name(of: path).utf8)
    }

    /// Whether this can only be a directory that was made here, and in `/tmp`.
    static func isOurs(_ path: String) -> Bool {
        let start = "\(common)/\(prefix)"
        return path.hasPrefix(start) && path.utf8.count == start.utf8.count + digits
            && !path.dropFirst(start.count).contains("/")
    }

    /// Removes the files that a server makes there and the directory, if that is all it holds; nothing else of
    /// that name.
    private static func remove(_ name: String, in parent: borrowing FileDescriptor) throws(SystemError) {
        do throws(SystemError) {
            try remove(FileDescriptor(folder: name.utf8, in: parent), name, in: parent)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
    }

    private static func remove(
        _ folder: borrowing FileDescriptor, _ name: String, in parent: borrowing FileDescriptor
    ) throws(SystemError) {
        for file in files { try folder.remove(file.utf8) }
        try parent.removeFolderIfEmpty(name.utf8)
    }

    private static func name(of path: String) -> String { ObjectName(path).lastComponent.utf8Text ?? "" }

    private static func failure(_ path: String, _ error: SystemError) -> PrivatePostgresError {
        .failed(
            "making the directory of the server's socket", reason: "'\(path)': \(error.text)",
            hint: "may this user write there?")
    }
}
