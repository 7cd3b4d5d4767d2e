// SPDX-License-Identifier: Apache-2.0

/// One record of the history as the tree holds it.
public struct Leaf: Sendable, Equatable {
    /// Its place in the tree, from 0.
    public var number: Int
    /// What it is the record of.
    public var kind: LeafKind
    /// The number of that record among those of its kind.
    public var row: Int64
    /// Whether it entered the tree when it was written: records of before there was a tree did not.
    public var isWitnessed: Bool
    /// Who or what started the process that wrote it; nil where nobody said.
    public var cause: String?
    /// What the record says.
    public var body: CanonicalJSON

    /// Takes the values as they are.
    public init(
        _ number: Int, _ kind: LeafKind, row: Int64, isWitnessed: Bool, cause: String?, body: CanonicalJSON
    ) {
        (self.number, self.kind, self.row) = (number, kind, row)
        (self.isWitnessed, self.cause, self.body) = (isWitnessed, cause, body)
    }

    /// What is hashed: canonical JSON, format `pg_backctl.leaf/1` (docs/evidence.md).
    public func bytes(ofHistory history: String) -> [UInt8] { document(ofHistory: history).bytes }

    /// The same as a value.
    public func document(ofHistory history: String) -> CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "body": body, "format": "pg_backctl.leaf/1", "history": .text(history), "id": .number(row),
            "kind": .text(kind.rawValue), "leaf": .number(Int64(number)), "witnessed": .truth(isWitnessed),
        ]
        if let cause { members["cause"] = .text(cause) }
        return .object(members)
    }
}
