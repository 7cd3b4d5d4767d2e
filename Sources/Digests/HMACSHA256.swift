// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL

/// HMAC (RFC 2104) with SHA-256.
public enum HMACSHA256 {
    /// The 32 bytes that authenticate `message` under `key`, which may have any length.
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: SHA256Digest.byteCount) { code, count in
            let made = unsafe HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, code.baseAddress, nil)
            // With SHA-256 and valid pointers only memory can be missing.
            guard unsafe made != nil else { fatalError("out of memory") }
            count = SHA256Digest.byteCount
        }
    }
}
