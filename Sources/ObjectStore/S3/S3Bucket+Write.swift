// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import HTTP

extension S3Bucket {
    /// Puts an object there, whole: nobody sees a part of it ("PutObject", Amazon S3 API Reference).
    ///
    /// What was there under its name is overwritten. Makes one attempt, which may be made again.
    func put(_ bytes: [UInt8], as name: ObjectName) throws(ObjectStoreError) {
        var call = Call(
            method: .put, key: location.key(of: name), headers: customerKeyHeaders, subject: .writing(name))
        // Buckets with Object Lock take nothing without it.
        call.headers.append(("content-md5", Base64.encode(MD5.digest(of: bytes))))
        call.body = bytes
        // A server that says yes has nothing more to say.
        try exchange(call, onHead: { _ in }, onBody: { _ throws(EarlyEnd) in throw .enough })
    }
}
