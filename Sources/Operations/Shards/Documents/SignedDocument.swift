// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Foundation

/// A document that only who has the secret can have written: a line with its kind and its code, and JSON.
///
/// The code is HMAC-SHA-256 over the kind and the JSON, byte for byte. It is compared before anything is made of them.
struct SignedDocument {
    /// In bytes.
    static let shortestSecret = 16
    /// In bytes: neither plans nor bundles are longer.
    static let longest = 256 << 20

    /// What is in it, such as `pg_backctl.shared-plan/1`.
    let kind: String
    private let key: [UInt8]
    private let limit: Int

    /// Throws for a secret that can be guessed; no document is longer than `limit` bytes.
    init(_ kind: String, _ secret: Secret, limit: Int = longest) throws(ShardError) {
        (self.kind, key, self.limit) = (kind, Array(secret.revealed.utf8), limit)
        guard key.count >= Self.shortestSecret else { throw .shortSecret }
    }

    /// The bytes of the document; the same value gives the same.
    ///
    /// Throws for one that nobody would read again: it is too long.
    func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = signed(Array(try encoder.encode(value)))
        guard document.count <= limit else {
            throw ShardError.usage(
                "a \(kind) of \(Units.bytes(UInt64(document.count))) is longer than any that is read again",
                hint: "sweep fewer stores at once, or give the plan a smaller budget.")
        }
        return document
    }

    func signed(_ body: [UInt8]) -> [UInt8] {
        Array("\(kind) \(Hex.encode(code(of: body)))\n".utf8) + body
    }

    /// What is in the document; `name` is what errors call it.
    func value<Value: Decodable>(
        _ type: Value.Type, of bytes: [UInt8], named name: String
    ) throws(ShardError) -> Value {
        let head = bytes.prefix(256).prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: head, as: UTF8.self).split(
            separator: " ", omittingEmptySubsequences: false)
        guard bytes.count <= limit else { throw .refused(name, reason: "it is too long") }
        guard words.count == 2, words[0] == kind, let told = Hex.decode(String(words[1])),
            bytes.indices.contains(head.count)
        else { throw .refused(name, reason: "it is no \(kind)") }
        let body = Array(bytes[(head.count + 1)...])
        guard ConstantTime.isSecret(code(of: body), told) else {
            throw .refused(name, reason: "it was not signed with the secret of this configuration")
        }
        do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
            throw .refused(name, reason: "its words are not those of \(kind)")
        }
    }

    /// The kind goes in, too: a bundle cannot be taken for a plan.
    private func code(of body: [UInt8]) -> [UInt8] {
        HMACSHA256.authenticate(Array("\(kind)\n".utf8) + body, key: key)
    }
}

/// Numbers made by chance that nobody has to remember.
enum RandomName {
    /// 32 hex digits.
    static func make() -> String {
        Hex.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
    }

    static func isOne(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
