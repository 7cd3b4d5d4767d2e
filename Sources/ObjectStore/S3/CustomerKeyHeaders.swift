// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Digests

/// The headers that give the store the key of an object that it encrypted with it (SSE-C).
///
/// "Using server-side encryption with customer-provided keys" (Amazon S3 User Guide): the key travels with
/// every request, so it is sent over TLS only, or to this machine.
struct CustomerKeyHeaders {
    let fields: [(name: String, value: String)]

    init(base64 key: Secret, for endpoint: S3Endpoint) throws(ObjectStoreError) {
        guard endpoint.isSecure || endpoint.isLoopback else {
            throw .unusable(
                "SSE-C key", reason: "'\(endpoint)' would get it unencrypted", hint: "use an https endpoint.")
        }
        guard let bytes = Base64.decode(key.revealed), bytes.count == 32 else {
            throw .unusable(
                "SSE-C key", reason: "it is not 32 bytes in base64", hint: "give it as base64 text.")
        }
        let prefix = "x-amz-server-side-encryption-customer"
        fields = [
            ("\(prefix)-algorithm", "AES256"), ("\(prefix)-key", Base64.encode(bytes)),
            ("\(prefix)-key-md5", Base64.encode(MD5.digest(of: bytes))),
        ]
    }
}
