// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@testable import Evidence

@Suite struct `A Merkle tree` {
    /// The leaves and roots of certificate-transparency's own tests of RFC 6962, for trees of 1 to 8 leaves.
    private static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    private static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private func hashes(_ count: Int) -> [SHA256Digest] {
        (0..<count).map { TreeHash.leaf(Array("leaf \($0)".utf8)) }
    }

    @Test func `of no leaves is the digest of nothing`() {
        #expect(
            MerkleTree([]).root().hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(TreeFrontier().root == TreeHash.empty)
    }

    @Test func `has the roots that others have published`() throws {
        let leaves = try Self.leaves.map { TreeHash.leaf(try #require(Hex.decode($0))) }
        var frontier = TreeFrontier()
        for (index, leaf) in leaves.enumerated() {
            frontier.append(leaf)
            #expect(MerkleTree(leaves).root(at: index + 1).hex == Self.roots[index])
            #expect(frontier.root.hex == Self.roots[index])
        }
    }

    @Test func `shows of each leaf that it is in it, and nothing else`() {
        let leaves = hashes(33)
        let tree = MerkleTree(leaves)
        for size in 1...33 {
            let root = tree.root(at: size)
            for leaf in 0..<size {
                let path = tree.inclusionProof(of: leaf, at: size)
                #expect(TreeProof.shows(leaves[leaf], isLeaf: leaf, of: size, with: root, by: path))
                for other in 0..<size where other != leaf {
                    #expect(!TreeProof.shows(leaves[leaf], isLeaf: other, of: size, with: root, by: path))
                }
                #expect(
                    !TreeProof.shows(leaves[(leaf + 1) % 33], isLeaf: leaf, of: size, with: root, by: path))
                #expect(!TreeProof.shows(leaves[leaf], isLeaf: leaf, of: size, with: root, by: path + [root]))
                if !path.isEmpty {
                    #expect(
                        !TreeProof.shows(
                            leaves[leaf], isLeaf: leaf, of: size, with: root, by: path.dropLast()))
                }
            }
        }
    }

    @Test func `shows that it goes on each smaller one, and no other`() {
        let tree = MerkleTree(hashes(33))
        for size in 1...33 {
            for old in 1...size {
                let path = tree.consistencyProof(from: old, to: size)
                let (before, now) = (tree.root(at: old), tree.root(at: size))
                #expect(TreeProof.shows(before, of: old, isBeginOf: now, of: size, by: path))
                #expect(!TreeProof.shows(TreeHash.empty, of: old, isBeginOf: now, of: size, by: path))
                #expect(
                    old == size
                        || !TreeProof.shows(before, of: old, isBeginOf: TreeHash.empty, of: size, by: path))
                #expect(!TreeProof.shows(before, of: old, isBeginOf: now, of: size, by: path + [before]))
            }
        }
    }

    @Test func `takes no proof that cannot be one`() {
        let root = TreeHash.leaf([1])
        #expect(!TreeProof.shows(root, isLeaf: -1, of: 1, with: root, by: []))
        #expect(!TreeProof.shows(root, isLeaf: 0, of: 0, with: root, by: []))
        #expect(!TreeProof.shows(root, of: 0, isBeginOf: root, of: 1, by: []))
        #expect(!TreeProof.shows(root, of: 3, isBeginOf: root, of: 2, by: []))
        #expect(!TreeProof.shows(root, of: 3, isBeginOf: root, of: 7, by: []))
        #expect(TreeFrontier(size: 3, peaks: [root]) == nil)
        #expect(TreeFrontier(size: -1, peaks: []) == nil)
    }

    @Test func `grows at its end as if it were made anew`() {
        let leaves = hashes(200)
        var frontier = TreeFrontier()
        for size in 1...200 {
            frontier.append(leaves[size - 1])
            let kept = TreeFrontier(size: frontier.size, peaks: frontier.peaks)
            #expect(kept?.root == MerkleTree(Array(leaves.prefix(size))).root())
        }
    }
}
