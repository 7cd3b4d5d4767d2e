// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL

/// Owns an `EVP_MD_CTX`, and nothing else.
///
/// A call of libcrypto with valid arguments fails only when memory is short, or when a policy of the
/// system forbids the algorithm; neither leaves anything to go on with.
@safe
struct EVPDigest: ~Copyable {
    private let context: OpaquePointer

    /// Starts a digest of the algorithm that libcrypto calls `name`.
    init(_ name: String) {
        guard let context = unsafe EVP_MD_CTX_new() else { fatalError("out of memory") }
        unsafe self.context = context
        guard let algorithm = unsafe EVP_get_digestbyname(name),
            unsafe EVP_DigestInit_ex(context, algorithm, nil) == 1
        else { fatalError("libcrypto has no \(name)") }
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes the next bytes of the message.
    mutating func update(_ bytes: RawSpan) {
        let status = unsafe bytes.withUnsafeBytes {
            unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        guard status == 1 else { fatalError("libcrypto cannot update a digest") }
    }

    /// The digest of the message so far; more may be added afterwards.
    func finalized() -> [UInt8] {
        guard let copy = unsafe EVP_MD_CTX_new() else { fatalError("out of memory") }
        defer { unsafe EVP_MD_CTX_free(copy) }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { target, count in
            var length: UInt32 = 0
            guard unsafe EVP_MD_CTX_copy_ex(copy, context) == 1,
                unsafe EVP_DigestFinal_ex(copy, target.baseAddress, &length) == 1
            else { fatalError("libcrypto cannot end a digest") }
            count = Int(length)
        }
    }
}
