// SPDX-License-Identifier: Apache-2.0
import Digests

/// A signed document (DSSE, protocol version 1): what is in it, of which type, and who says so.
public struct Envelope: Sendable {
    /// What the payload is.
    public let payloadType: String
    /// Any bytes.
    public let payload: [UInt8]
    private let signature: [UInt8]
    private let keyID: String

    /// Signs a payload.
    public init(_ payload: [UInt8], type: String, by key: SigningKey) {
        (self.payload, payloadType) = (payload, type)
        signature = key.signature(of: Self.signed(payload, type))
        keyID = key.verifier.description
    }

    /// Reads one as `bytes` writes it, whoever has signed it; nil for anything else.
    public init?(_ text: [UInt8]) {
        let parts = String(decoding: text, as: UTF8.self).split(
            separator: "\"", omittingEmptySubsequences: false
        )
        .map(String.init)
        guard parts.count == 19, let payload = Base64.decode(parts[3]),
            let signature = Base64.decode(parts[17])
        else { return nil }
        (self.payload, payloadType) = (payload, parts[7])
        (keyID, self.signature) = (parts[13], signature)
        guard bytes == text else { return nil }
    }

    /// Whether that key has signed it, and is the one that it names.
    public func isSigned(by key: VerifierKey) -> Bool {
        keyID == key.description
            && Ed25519.isValid(signature, of: Self.signed(payload, payloadType), by: key.publicKey)
    }

    /// What the signature is over: the pre-authentication encoding of the specification.
    static func signed(_ payload: [UInt8], _ type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    /// As JSON on one line; `keyid` is the verifier key as text.
    public var bytes: [UInt8] {
        let document: CanonicalJSON = [
            "payload": .text(Base64.encode(payload)), "payloadType": .text(payloadType),
            "signatures": .list([["keyid": .text(keyID), "sig": .text(Base64.encode(signature))]]),
        ]
        return document.bytes + [UInt8(ascii: "\n")]
    }
}
