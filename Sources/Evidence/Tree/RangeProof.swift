// SPDX-License-Identifier: Apache-2.0
public import Digests

/// What leads from a range of leaves to the root of a tree: at each height at most one node to its left and one to its right.
///
/// With the leaves of the range and these, whoever has neither the tree nor this program comes to the root by hashing pairs.
public struct RangeProof: Sendable, Equatable {
    /// The nodes beside the range, by height from that of the leaves.
    public let sides: [(left: SHA256Digest?, right: SHA256Digest?)]

    /// - Precondition: the range is in the tree and not empty.
    public init(_ tree: MerkleTree, _ range: Range<Int>) {
        precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= tree.size)
        var (first, last, count) = (range.lowerBound, range.upperBound - 1, tree.size)
        var sides: [(left: SHA256Digest?, right: SHA256Digest?)] = []
        while count > 1 {
            let height = sides.count
            let left = first & 1 == 1 ? tree.node(first - 1, at: height) : nil
            let right = last & 1 == 0 && last + 1 < count ? tree.node(last + 1, at: height) : nil
            sides.append((left, right))
            (first, last, count) = (first / 2, last / 2, (count + 1) / 2)
        }
        self.sides = sides
    }

    /// The root that the leaves of a range lead to; nil where there are no leaves.
    public func root(of leaves: [SHA256Digest]) -> SHA256Digest? {
        var nodes = leaves
        for side in sides {
            nodes = [side.left].compactMap(\.self) + nodes + [side.right].compactMap(\.self)
            nodes = stride(from: 0, to: nodes.count, by: 2).map { index in
                index + 1 < nodes.count ? TreeHash.node(nodes[index], nodes[index + 1]) : nodes[index]
            }
        }
        return nodes.count == 1 ? nodes[0] : nil
    }

    /// By all nodes.
    public static func == (one: RangeProof, other: RangeProof) -> Bool {
        one.sides.elementsEqual(other.sides) { $0 == $1 }
    }
}
