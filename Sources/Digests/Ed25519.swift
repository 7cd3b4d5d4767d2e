// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL

/// Signatures by Ed25519 (RFC 8032), without a context, over messages as they are.
@safe
public enum Ed25519 {
    /// In bytes, of a public key and of the seed that is the private one.
    public static let keySize = 32
    /// In bytes.
    public static let signatureSize = 64

    /// The private half of a key.
    public struct PrivateKey: Sendable {
        /// The 32 bytes that are the secret (RFC 8032, section 5.1.5).
        public let seed: [UInt8]
        /// The other half: 32 bytes.
        public let publicKey: [UInt8]

        /// Nil unless there are 32 bytes.
        public init?(seed: [UInt8]) {
            guard seed.count == keySize, let key = EVPKey(seed: seed) else { return nil }
            (self.seed, publicKey) = (seed, key.publicKey())
        }

        /// A new one, by chance; nil when the system has none to give.
        public static func random() -> PrivateKey? {
            var seed = [UInt8](repeating: 0, count: keySize)
            let made = unsafe seed.withUnsafeMutableBufferPointer {
                unsafe RAND_bytes($0.baseAddress, Int32($0.count))
            }
            return made == 1 ? PrivateKey(seed: seed) : nil
        }

        /// The 64 bytes of a signature; the same for the same message.
        public func signature(of message: [UInt8]) -> [UInt8] {
            guard let key = EVPKey(seed: seed) else { preconditionFailure("the seed has 32 bytes") }
            return key.signature(of: message)
        }
    }

    /// Whether a signature is that of a message by the owner of a public key; false for halves of another length, too.
    public static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureSize, let key = EVPKey(publicKey: publicKey) else { return false }
        return key.accepts(signature, of: message)
    }
}

/// Owns an `EVP_PKEY` of Ed25519, and nothing else.
@safe
private struct EVPKey: ~Copyable {
    private let key: OpaquePointer

    init?(seed: [UInt8]) {
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            return nil
        }
        unsafe self.key = key
    }

    init?(publicKey: [UInt8]) {
        guard publicKey.count == Ed25519.keySize,
            let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else { return nil }
        unsafe self.key = key
    }

    deinit { unsafe EVP_PKEY_free(key) }

    func publicKey() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Ed25519.keySize) { target, count in
            count = Ed25519.keySize
            guard unsafe EVP_PKEY_get_raw_public_key(key, target.baseAddress, &count) == 1 else {
                fatalError("libcrypto cannot tell a public key")
            }
        }
    }

    func signature(of message: [UInt8]) -> [UInt8] {
        unsafe withContext { context in
            unsafe [UInt8](unsafeUninitializedCapacity: Ed25519.signatureSize) { target, count in
                count = Ed25519.signatureSize
                guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                    unsafe EVP_DigestSign(context, target.baseAddress, &count, message, message.count) == 1
                else { fatalError("libcrypto cannot sign") }
            }
        }
    }

    func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        unsafe withContext { context in
            unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
                && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        }
    }

    private func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        guard let context = unsafe EVP_MD_CTX_new() else { fatalError("out of memory") }
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe body(context)
    }
}
