// SPDX-License-Identifier: Apache-2.0
public import Digests

/// Checks what a Merkle tree shows of itself, without the tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2).
///
/// Whatever comes in may be an attacker's.
public enum TreeProof {
    /// Whether the leaf with this hash is number `leaf` of the tree of `size` leaves with this root.
    public static func shows(
        _ hash: SHA256Digest, isLeaf leaf: Int, of size: Int, with root: SHA256Digest, by path: [SHA256Digest]
    ) -> Bool {
        guard leaf >= 0, leaf < size else { return false }
        var (node, last, found) = (leaf, size - 1, hash)
        for step in path {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                found = TreeHash.node(step, found)
                while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                found = TreeHash.node(found, step)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && found == root
    }

    /// Whether the tree of `size` leaves with one root goes on that of `old` leaves with another.
    public static func shows(
        _ oldRoot: SHA256Digest, of old: Int, isBeginOf root: SHA256Digest, of size: Int,
        by path: [SHA256Digest]
    ) -> Bool {
        guard old > 0, old <= size else { return false }
        guard old < size else { return path.isEmpty && oldRoot == root }
        let steps = old.nonzeroBitCount == 1 ? [oldRoot] + path : path
        guard let first = steps.first else { return false }
        var (node, last) = (old - 1, size - 1)
        while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
        var (before, now) = (first, first)
        for step in steps.dropFirst() {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                (before, now) = (TreeHash.node(step, before), TreeHash.node(step, now))
                while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                now = TreeHash.node(now, step)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && before == oldRoot && now == root
    }
}
