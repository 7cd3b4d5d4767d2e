// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Files

/// A sum over what a file system says of everything in a directory: names, kinds, sizes, times and inodes.
///
/// Whoever changes a file's bytes changes its ctime, which nobody can set. The bytes themselves are not read.
struct TreeDigest: ~Copyable {
    private var hash = SHA256()

    /// In hex; of what is below the directory, without itself, for a rename changes that.
    static func hex(of folder: borrowing FileDescriptor) throws(SystemError) -> String {
        var digest = TreeDigest()
        try digest.add(contentOf: folder)
        return digest.hash.finalized().hex
    }

    private mutating func add(contentOf folder: borrowing FileDescriptor) throws(SystemError) {
        let names = try folder.names().sorted { $0.lexicographicallyPrecedes($1) }
        add("\(names.count)\n".utf8)
        for name in names {
            let status = try folder.status(of: name)
            let file = status.validators
            // The name comes with its length: it can hold anything.
            add("\(name.count) ".utf8)
            add(name)
            add(
                " \(status.kind) \(status.mode) \(status.owner):\(status.group) \(file.size) \(file.modified?.nanoseconds ?? 0) \(file.changed?.nanoseconds ?? 0) \(file.inode ?? 0)\n"
                    .utf8)
            if status.kind == .folder { try add(contentOf: FileDescriptor(folder: name, in: folder)) }
        }
    }

    private mutating func add(_ bytes: some Sequence<UInt8>) {
        unsafe hash.update(Array(bytes).span.bytes)
    }
}
