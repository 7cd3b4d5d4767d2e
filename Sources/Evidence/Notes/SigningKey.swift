// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
public import Digests

/// A public key of Ed25519 with the name that its signatures bear (C2SP signed-note, "Signature types": 0x01).
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    /// Such as `pg_backctl/0f3c…`: without spaces and plus signs.
    public let name: String
    /// 32 bytes.
    public let publicKey: [UInt8]

    /// Nil for a name that a note cannot hold, and for a key of another length.
    public init?(name: String, publicKey: [UInt8]) {
        guard Self.isName(name), publicKey.count == Ed25519.keySize else { return nil }
        (self.name, self.publicKey) = (name, publicKey)
    }

    /// Reads `NAME+HASH+KEY`, as `description` writes it; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let key = Base64.decode(String(parts[2])), key.first == Self.algorithm else {
            return nil
        }
        self.init(name: String(parts[0]), publicKey: Array(key.dropFirst()))
        guard parts[1] == Hex.encode(hash) else { return nil }
    }

    /// 4 bytes by which a signature says whose it is.
    public var hash: [UInt8] {
        let named = Array(name.utf8) + [UInt8(ascii: "\n"), Self.algorithm] + publicKey
        return Array(SHA256.digest(of: named).bytes.prefix(4))
    }

    /// `NAME+HASH+KEY`, as programs of transparency logs read it.
    public var description: String {
        "\(name)+\(Hex.encode(hash))+\(Base64.encode([Self.algorithm] + publicKey))"
    }

    /// The same key for openssl: a SubjectPublicKeyInfo (RFC 8410) in PEM.
    public var pem: String {
        let prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
        return """
            -----BEGIN PUBLIC KEY-----
            \(Base64.encode(prefix + publicKey))
            -----END PUBLIC KEY-----

            """
    }

    static let algorithm: UInt8 = 1

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255
            && name.unicodeScalars.allSatisfy {
                $0 != "+" && !$0.properties.isWhitespace && $0.properties.generalCategory != .control
            }
    }
}

/// The private key that checkpoints and receipts are signed with.
public struct SigningKey: Sendable {
    /// What others check its signatures with.
    public let verifier: VerifierKey
    private let key: Ed25519.PrivateKey

    /// Nil for a name that a note cannot hold.
    public init?(name: String, _ key: Ed25519.PrivateKey) {
        guard let verifier = VerifierKey(name: name, publicKey: key.publicKey) else { return nil }
        (self.verifier, self.key) = (verifier, key)
    }

    /// Reads `PRIVATE+KEY+NAME+HASH+SEED`, with or without an end of line; nil for anything else.
    public init?(_ text: Secret) {
        let line = text.revealed.hasSuffix("\n") ? text.revealed.dropLast() : text.revealed[...]
        let parts = line.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY",
            let bytes = Base64.decode(String(parts[4])), bytes.first == VerifierKey.algorithm,
            let key = Ed25519.PrivateKey(seed: Array(bytes.dropFirst()))
        else { return nil }
        self.init(name: String(parts[2]), key)
        guard parts[3] == Hex.encode(verifier.hash) else { return nil }
    }

    /// The same key under another name; nil for a name that a note cannot hold.
    public func renamed(_ name: String) -> SigningKey? { SigningKey(name: name, key) }

    /// What its file holds: `PRIVATE+KEY+NAME+HASH+SEED`.
    public var text: Secret {
        let seed = Base64.encode([VerifierKey.algorithm] + key.seed)
        return Secret("PRIVATE+KEY+\(verifier.name)+\(Hex.encode(verifier.hash))+\(seed)\n")
    }

    /// 32 bytes that only who has this key can make for a message (HMAC-SHA256 under a key that is derived for the purpose).
    public func code(of message: [UInt8], for purpose: String) -> [UInt8] {
        HMACSHA256.authenticate(
            message, key: HMACSHA256.authenticate(Array("pg_backctl \(purpose)".utf8), key: key.seed))
    }

    /// The 64 bytes of a signature.
    public func signature(of message: [UInt8]) -> [UInt8] { key.signature(of: message) }
}
