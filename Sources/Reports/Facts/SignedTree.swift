// SPDX-License-Identifier: Apache-2.0

/// What is signed of the history when a report is made of it: with it a report is a witness.
public struct SignedTree: Sendable, Equatable, Encodable {
    /// How many records the tree has.
    public var leaves: Int
    /// Its root, in hex digits.
    public var root: String
    /// The key that has signed, as `NAME+HASH+KEY`.
    public var key: String
    /// The signed note itself.
    public var checkpoint: String

    /// Takes the values as they are.
    public init(leaves: Int, root: String, key: String, checkpoint: String) {
        (self.leaves, self.root, self.key, self.checkpoint) = (leaves, root, key, checkpoint)
    }
}
