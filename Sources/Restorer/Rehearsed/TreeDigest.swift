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
        var position = try TreePosition(in: folder)
        // What is still to be added, in each directory on the way: the last name comes next.
        var waiting = [try digest.begin(position.folder)]
        while let names = waiting.last {
            guard let name = names.last else {
                waiting.removeLast()
                if !waiting.isEmpty { try position.leave() }
                continue
            }
            waiting[waiting.count - 1].removeLast()
            let status = try position.folder.status(of: name)
            digest.add(name, status)
            guard status.kind == .folder else { continue }
            try position.enter(name)
            waiting.append(try digest.begin(position.folder))
        }
        return digest.hash.finalized().hex
    }

    /// The names in a directory, backwards; how many there are says where it ends.
    private mutating func begin(_ folder: borrowing FileDescriptor) throws(SystemError) -> [[UInt8]] {
        let names = try folder.names()
        add("\(names.count)\n".utf8)
        return names.reversed()
    }

    private mutating func add(_ name: [UInt8], _ status: FileStatus) {
        let file = status.validators
        // The name comes with its length: it can hold anything.
        add("\(name.count) ".utf8)
        add(name)
        add(
            " \(status.kind) \(status.mode) \(status.owner):\(status.group) \(file.size) \(file.modified?.nanoseconds ?? 0) \(file.changed?.nanoseconds ?? 0) \(file.inode ?? 0)\n"
                .utf8)
    }

    private mutating func add(_ bytes: some Sequence<UInt8>) {
        unsafe hash.update(Array(bytes).span.bytes)
    }
}
