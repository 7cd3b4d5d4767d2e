// SPDX-License-Identifier: Apache-2.0
import Digests

/// A text with signatures below it, as transparency logs write it (C2SP signed-note).
public struct SignedNote: Sendable, Equatable, CustomStringConvertible {
    /// What is signed: whole lines, each with its end.
    public let text: String
    /// In the order in which they stand.
    public private(set) var signatures: [Signature]

    /// What one key says of the text.
    public struct Signature: Sendable, Equatable {
        /// Whose it is, by what the note says.
        public var name: String
        /// The first 4 bytes of the hash of the key.
        public var hash: [UInt8]
        /// For Ed25519: 64 bytes.
        public var bytes: [UInt8]
    }

    /// Signs a text.
    ///
    /// - Precondition: it ends with an end of line.
    public init(_ text: String, by keys: [SigningKey]) {
        precondition(text.hasSuffix("\n"), "a note has whole lines")
        self.text = text
        signatures = keys.map {
            Signature(
                name: $0.verifier.name, hash: $0.verifier.hash, bytes: $0.signature(of: Array(text.utf8)))
        }
    }

    /// Reads a note, whatever it is signed by; nil for what is none, and for more than a megabyte.
    public init?(_ note: String) {
        guard note.utf8.count <= 1 << 20, note.hasSuffix("\n"), let gap = note.range(of: "\n\n") else {
            return nil
        }
        text = String(note[..<note.index(after: gap.lowerBound)])
        guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0.properties.generalCategory != .control })
        else { return nil }
        signatures = []
        for line in note[gap.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        {
            guard let signature = Signature(line) else { return nil }
            signatures.append(signature)
        }
        guard (1...100).contains(signatures.count) else { return nil }
    }

    /// Whether the owner of a key has signed it.
    public func isSigned(by key: VerifierKey) -> Bool {
        signatures.contains {
            $0.name == key.name && $0.hash == key.hash
                && Ed25519.isValid($0.bytes, of: Array(text.utf8), by: key.publicKey)
        }
    }

    /// The note as it is kept and shown.
    public var description: String { text + "\n" + signatures.map { "\($0)\n" }.joined() }
}

extension SignedNote.Signature: CustomStringConvertible {
    /// `— NAME BASE64`.
    public var description: String { "\u{2014} \(name) \(Base64.encode(hash + bytes))" }

    fileprivate init?(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "\u{2014}", !words[1].isEmpty,
            let bytes = Base64.decode(String(words[2])), bytes.count > 4
        else { return nil }
        self.init(name: String(words[1]), hash: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4)))
    }
}

extension String {
    /// Where a text first stands in this one, by its bytes.
    fileprivate func range(of wanted: String) -> Range<Index>? {
        let (bytes, pattern) = (utf8, Array(wanted.utf8))
        var start = bytes.startIndex
        while let found = bytes[start...].firstIndex(of: pattern[0]) {
            let rest = bytes[found...]
            if rest.starts(with: pattern) { return found..<bytes.index(found, offsetBy: pattern.count) }
            start = bytes.index(after: found)
        }
        return nil
    }
}
