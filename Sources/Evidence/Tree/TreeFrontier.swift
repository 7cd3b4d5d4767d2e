// SPDX-License-Identifier: Apache-2.0
public import Digests

/// As much of a Merkle tree as it takes to add leaves at its end: the roots of the complete trees that it consists of.
///
/// There is one for each bit that is set in the number of leaves, the largest first.
public struct TreeFrontier: Sendable, Equatable {
    /// How many leaves there are.
    public private(set) var size: Int
    /// The roots, the largest tree's first.
    public private(set) var peaks: [SHA256Digest]

    /// Of a tree without leaves.
    public init() { (size, peaks) = (0, []) }

    /// As it was kept; nil when there are not as many peaks as the size has bits.
    public init?(size: Int, peaks: [SHA256Digest]) {
        guard size >= 0, peaks.count == size.nonzeroBitCount else { return nil }
        (self.size, self.peaks) = (size, peaks)
    }

    /// Adds the hash of a leaf; what is complete with it becomes one.
    public mutating func append(_ leaf: SHA256Digest) {
        var hash = leaf
        for _ in 0..<size.trailingOnes { hash = TreeHash.node(peaks.removeLast(), hash) }
        peaks.append(hash)
        size += 1
    }

    /// The hash of the whole tree.
    public var root: SHA256Digest {
        guard var hash = peaks.last else { return TreeHash.empty }
        for peak in peaks.dropLast().reversed() { hash = TreeHash.node(peak, hash) }
        return hash
    }
}

extension Int {
    /// How many of the lowest bits are set before the first that is not.
    fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
