// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc

/// The directory that a bundle becomes: put together under another name, so that it is there as a whole or not at all.
struct BundleFolder {
    private let path: String

    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Throws where something has the name already.
    func write(_ files: [String: [UInt8]]) throws {
        let name = ObjectName(path).lastComponent.bytes
        let draft = Array(".".utf8) + name + Array(".pg_backctl-bundle".utf8)
        do throws(SystemError) {
            let parent = try FileDescriptor(makingFolderAt: folder, mode: 0o755)
            do throws(SystemError) { _ = try parent.status(of: name) } catch {
                guard error.code == ENOENT else { throw error }
                try? parent.removeTree(draft)
                try parent.makeFolder(draft, mode: 0o755)
                let inside = try FileDescriptor(folder: draft, in: parent)
                for (name, bytes) in files.sorted(by: { $0.key < $1.key }) { try put(bytes, name, inside) }
                try inside.sync()
                try parent.rename(draft, to: name, in: parent)
                try parent.sync()
                return
            }
        } catch { throw OperationError.unwritable(path, reason: error.text) }
        throw OperationError.usage(
            "'\(ObjectName(path))' is there already", hint: "name a directory that is not there yet.")
    }

    private func put(
        _ bytes: [UInt8], _ name: String, _ root: borrowing FileDescriptor
    ) throws(SystemError) {
        let mode: mode_t = name.hasSuffix(".sh") ? 0o755 : 0o644
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return try put(bytes, parts[0], mode, root) }
        do throws(SystemError) { try root.makeFolder(parts[0].utf8, mode: 0o755) } catch {
            guard error.code == EEXIST else { throw error }
        }
        try put(bytes, parts[1], mode, FileDescriptor(folder: parts[0].utf8, in: root))
    }

    private func put(
        _ bytes: [UInt8], _ name: String, _ mode: mode_t, _ folder: borrowing FileDescriptor
    ) throws(SystemError) {
        let file = try FileDescriptor(creating: name.utf8, in: folder, mode: mode)
        try file.setMode(mode)
        try file.write(bytes)
        try file.sync()
    }

    private var folder: String {
        let folder = ObjectName(path).folder.utf8Text ?? ""
        return folder.isEmpty ? "." : folder
    }
}
