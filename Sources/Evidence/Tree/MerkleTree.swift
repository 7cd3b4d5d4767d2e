// SPDX-License-Identifier: Apache-2.0
public import Digests

/// A Merkle tree over the hashes of all of its leaves (RFC 6962, section 2.1).
///
/// Every complete subtree is hashed once, when the tree is made: 32 bytes for each of twice as many nodes as leaves.
public struct MerkleTree: Sendable {
    /// By height, the complete nodes of each from left to right.
    private var levels: [[SHA256Digest]]

    /// `leaves` are hashes of leaves, as `TreeHash.leaf` makes them.
    public init(_ leaves: [SHA256Digest]) {
        levels = [leaves]
        while let below = levels.last, below.count > 1 {
            levels.append(
                (0..<below.count / 2).map { TreeHash.node(below[2 * $0], below[2 * $0 + 1]) })
        }
    }

    /// How many leaves there are.
    public var size: Int { levels.first?.count ?? 0 }

    /// The hash of the tree of the first `size` leaves; of all for nil.
    ///
    /// - Precondition: there are so many.
    public func root(at size: Int? = nil) -> SHA256Digest {
        let size = size ?? self.size
        precondition(0...self.size ~= size, "a tree has no more leaves than it has")
        return size == 0 ? TreeHash.empty : hash(of: 0..<size)
    }

    /// What leads from a leaf to the root of the first `size` leaves (section 2.1.1), the nearest to the leaf first.
    ///
    /// - Precondition: the leaf is one of those.
    public func inclusionProof(of leaf: Int, at size: Int) -> [SHA256Digest] {
        precondition(0..<size ~= leaf && size <= self.size, "the leaf is in the tree")
        return path(to: leaf, in: 0..<size)
    }

    /// What shows that the tree of the first `size` leaves goes on that of the first `old` ones (section 2.1.2).
    ///
    /// - Precondition: `old` is at least 1 and no more than `size`, and there are so many.
    public func consistencyProof(from old: Int, to size: Int) -> [SHA256Digest] {
        precondition(1...size ~= old && size <= self.size, "the older tree is a part of the newer one")
        return consistency(old, 0..<size, isWhole: true)
    }

    /// The node at a height, 0 for that of the leaves, which at the right edge may be of fewer leaves than the others.
    func node(_ index: Int, at height: Int) -> SHA256Digest {
        hash(of: index << height..<min(size, (index + 1) << height))
    }

    private func path(to leaf: Int, in range: Range<Int>) -> [SHA256Digest] {
        guard range.count > 1 else { return [] }
        let middle = range.lowerBound + range.count.split
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return leaf < middle
            ? path(to: leaf, in: left) + [hash(of: right)] : path(to: leaf, in: right) + [hash(of: left)]
    }

    /// `old` counts from the range's start; `isWhole` says that whoever checks knows the root of the older tree.
    private func consistency(_ old: Int, _ range: Range<Int>, isWhole: Bool) -> [SHA256Digest] {
        guard old < range.count else { return isWhole ? [] : [hash(of: range)] }
        let middle = range.lowerBound + range.count.split
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return old <= left.count
            ? consistency(old, left, isWhole: isWhole) + [hash(of: right)]
            : consistency(old - left.count, right, isWhole: false) + [hash(of: left)]
    }

    /// Of the leaves of a range that is a subtree: it starts where one of its size may start.
    private func hash(of range: Range<Int>) -> SHA256Digest {
        guard range.count.nonzeroBitCount > 1 else {
            return levels[range.count.trailingZeroBitCount][range.lowerBound / range.count]
        }
        let middle = range.lowerBound + range.count.split
        return TreeHash.node(
            hash(of: range.lowerBound..<middle), hash(of: middle..<range.upperBound))
    }
}

extension Int {
    /// Where a tree of so many leaves, at least 2, is parted: at the largest power of two below.
    fileprivate var split: Int { 1 << (Int.bitWidth - 1 - (self - 1).leadingZeroBitCount) }
}
