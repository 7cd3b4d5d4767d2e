// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import Synchronization

extension StagedTree {
    /// Removes every file that no reading of this run named, and every folder that is empty then and has no name.
    ///
    /// Needed where an interrupted run wrote before this one, or where an object was read twice.
    func removeLeftovers() throws(RestoreError) {
        let names = names.withLock { $0 }
        for (prefix, root) in roots { try removeLeftovers(in: root, below: prefix, names) }
    }

    private func removeLeftovers(
        in root: Root, below prefix: ObjectName, _ names: WrittenNames
    ) throws(RestoreError) {
        do { try Self.removeLeftovers(in: root.descriptor, below: prefix, names) } catch {
            throw .failed("clearing", root.path, error)
        }
    }

    private static func removeLeftovers(
        in folder: borrowing FileDescriptor, below prefix: ObjectName, _ names: WrittenNames
    ) throws(SystemError) {
        for name in try folder.names() {
            let path = prefix + ObjectName(bytes: name)
            guard try folder.status(of: name).kind == .folder else {
                if !names.contains(path) { try folder.remove(name) }
                continue
            }
            let inner = try FileDescriptor(folder: name, in: folder)
            try removeLeftovers(in: inner, below: path + "/", names)
            if !names.contains(path) { try folder.removeFolderIfEmpty(name) }
        }
    }
}
