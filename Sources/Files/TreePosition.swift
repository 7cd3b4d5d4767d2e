// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A directory somewhere in a tree: however deep that is, this one alone is open, and no path gets longer.
///
/// Who made the tree may have made it deeper than a process has descriptors, or its stack room.
public struct TreePosition: ~Copyable {
    /// Where it is.
    public private(set) var folder: FileDescriptor
    private var above: [FileIdentity] = []

    /// How deep it is; 0 where it began.
    public var depth: Int { above.count }

    /// Begins in a directory.
    public init(in folder: borrowing FileDescriptor) throws(SystemError) {
        self.folder = try FileDescriptor(folder: ".".utf8, in: folder)
    }

    /// Goes into a directory that is in this one, through no link.
    public mutating func enter(_ name: [UInt8]) throws(SystemError) {
        let inner = try FileDescriptor(folder: name, in: folder)
        above.append(try folder.identity())
        folder = inner
    }

    /// Goes back to the directory above; throws `ESTALE` when this one was moved to another meanwhile.
    public mutating func leave() throws(SystemError) {
        let outer = try FileDescriptor(folder: "..".utf8, in: folder)
        guard let expected = above.popLast(), try outer.identity() == expected else {
            throw SystemError(code: ESTALE)
        }
        folder = outer
    }
}

extension FileDescriptor {
    /// Which file or directory this is.
    public func identity() throws(SystemError) -> FileIdentity {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last }
        return FileIdentity(status)
    }
}
