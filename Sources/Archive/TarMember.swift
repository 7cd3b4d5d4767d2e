// SPDX-License-Identifier: Apache-2.0

/// A file or directory of a tar archive, as its header describes it.
public struct TarMember: Sendable, Equatable {
    /// What a member may be: a backup holds neither links nor devices.
    public enum Kind: Sendable { case file, directory }

    /// Relative, with one spelling, without the slash that ends a directory's name.
    public var path: [UInt8]
    /// What it is.
    public var kind: Kind
    /// In bytes; 0 for a directory.
    public var size: UInt64
    /// The permission bits, as they stand in the header.
    public var mode: UInt32
    /// Where the header starts in the unpacked archive.
    public var headerOffset: UInt64

    /// Nothing is checked: who reads a header sees to it that `path` is relative and without a slash at its end.
    public init(path: [UInt8], kind: Kind, size: UInt64, mode: UInt32, headerOffset: UInt64) {
        (self.path, self.kind, self.size) = (path, kind, size)
        (self.mode, self.headerOffset) = (mode, headerOffset)
    }
}
