// SPDX-License-Identifier: Apache-2.0

/// What was shown of the objects of a backup: a statement of in-toto's attestation framework, version 1.
public struct ReceiptStatement: Sendable {
    /// An object with its digest.
    public struct Subject: Sendable {
        /// Its name, relative to its backup.
        public var name: String
        /// In hex digits.
        public var sha256: String

        /// Takes both as they are.
        public init(_ name: String, sha256: String) { (self.name, self.sha256) = (name, sha256) }
    }

    /// The type of an envelope that holds one.
    public static let payloadType = "application/vnd.in-toto+json"
    /// What the objects are.
    public var subjects: [Subject]
    /// The leaf that it tells of.
    public var leaf: CanonicalJSON
    /// Of which kind that is.
    public var kind: LeafKind

    /// Takes the values as they are.
    public init(_ kind: LeafKind, _ leaf: CanonicalJSON, subjects: [Subject]) {
        (self.kind, self.leaf, self.subjects) = (kind, leaf, subjects)
    }

    /// The bytes of the leaf that a statement tells of; nil for bytes that are none.
    public static func leaf(in statement: [UInt8]) -> [UInt8]? {
        let (head, tail) = (Array(Self.head.utf8), Array(Self.tail.utf8))
        guard statement.starts(with: head) else { return nil }
        // Inside of a text there is no quote without a backslash before it, and a leaf has no such member.
        let rest = statement[head.count...]
        return rest.firstRange(of: tail).map { Array(rest[..<$0.lowerBound]) }
    }

    private static let head = #"{"_type":"https://in-toto.io/Statement/v1","predicate":"#
    private static let tail = #","predicateType":"urn:pg_backctl:"#

    /// Canonical JSON.
    public var bytes: [UInt8] {
        let document: CanonicalJSON = [
            "_type": "https://in-toto.io/Statement/v1",
            "predicate": leaf, "predicateType": .text("urn:pg_backctl:\(kind.rawValue):1"),
            "subject": .list(
                subjects.map { ["digest": ["sha256": .text($0.sha256)], "name": .text($0.name)] }),
        ]
        return document.bytes
    }
}
