// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres

/// This program where the server's owner can run it: itself, or a copy.
final class ReachableProgram {
    private static let name = "pg_backctl"

    let path: String
    private let folder: FileDescriptor
    private let isCopy: Bool

    /// A copy is put into `directory`, which is ours.
    init(_ program: String, in directory: String, _ launcher: Launcher) throws(RestoreError) {
        isCopy = !launcher.canRun(program)
        path = isCopy ? "\(directory)/\(Self.name)" : program
        do throws(SystemError) {
            folder = try FileDescriptor(folderItselfAt: directory)
            if isCopy { try Self.copy(program, into: folder) }
        } catch { throw .failed("copying this program to", path, error) }
    }

    private static func copy(_ program: String, into folder: borrowing FileDescriptor) throws(SystemError) {
        try folder.remove(name.utf8)
        let file = try FileDescriptor(creating: name.utf8, in: folder, mode: 0o755)
        try file.write(from: program)
        try file.setMode(0o755)
    }

    /// Removes the copy, if there is one: the program itself is elsewhere.
    func remove() { if isCopy { try? folder.remove(Self.name.utf8) } }
}

extension FileDescriptor {
    /// Appends all that another file holds.
    fileprivate func write(from path: String) throws(SystemError) {
        let source = try FileDescriptor(
            path.utf8.split(separator: UInt8(ascii: "/")).last ?? [],
            in: FileDescriptor(directory: StagedPlace(path).parent), for: .bytes)
        let buffer = PageBuffer(size: 1 << 20)
        var offset: UInt64 = 0
        while true {
            let count = try source.read(at: offset, limit: buffer.size, into: buffer)
            guard count > 0 else { return }
            try buffer.show(count) { (bytes) throws(SystemError) in try write(bytes) }
            offset += UInt64(count)
        }
    }
}
