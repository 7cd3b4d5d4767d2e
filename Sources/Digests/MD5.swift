// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL

/// MD5 (RFC 1321), for the one request header of SSE-C that cannot do without.
///
/// It proves nothing about any object: it only guards a key against being mangled on its way.
public enum MD5 {
    /// The 16 bytes of the digest.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(MD5_DIGEST_LENGTH)) { target, count in
            // The one-shot function works where a policy forbids MD5 for signatures.
            _ = unsafe bytes.withUnsafeBytes {
                unsafe COpenSSL.MD5($0.baseAddress, $0.count, target.baseAddress)
            }
            count = Int(MD5_DIGEST_LENGTH)
        }
    }
}
