// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files

extension StagedTree {
    /// Removes what only a wrong reading of an archive wrote, now that a right one has come to its end.
    func sweep(after archive: ObjectName) {
        switch names.leftover(of: archive) {
        case .nothing: return
        case .overwritten:
            status.fail(
                .failed(
                    "reading '\(archive)'",
                    reason: "a first, wrong reading of it wrote over a file of another archive",
                    hint: "run the same command again; look at the network, the disk and the memory."))
        case .names(let files, let folders):
            let sweep = Sweep(files: files, folders: folders)
            for (prefix, root) in roots {
                do throws(SystemError) { try sweep.clear(root.descriptor, called: prefix) } catch {
                    return status.fail(.failed("removing what a wrong reading wrote, in", root.path, error))
                }
            }
        }
    }
}

/// Removes files and folders by the hashes of their names in the data directory.
private struct Sweep {
    let files: Set<Int>
    let folders: Set<Int>

    func clear(_ folder: borrowing FileDescriptor, called prefix: ObjectName) throws(SystemError) {
        for name in try folder.names() {
            let path = prefix + ObjectName(bytes: name)
            switch try folder.status(of: name).kind {
            case .folder where folders.contains(path.hashValue): try folder.removeTree(name)
            case .folder:
                try clear(FileDescriptor(folder: name, in: folder), called: path + "/")
            case .file where files.contains(path.hashValue): try folder.remove(name)
            case .file, .oddity: continue
            }
        }
    }
}
