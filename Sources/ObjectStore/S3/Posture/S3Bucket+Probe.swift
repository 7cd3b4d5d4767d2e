// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import HTTP

/// What these credentials may do besides reading, asked by requests that no server can fulfil.
///
/// They are the only ones here that are neither GET nor HEAD, and are sent once each, never repeated. Neither
/// depends on a server's checking something before it writes: what they name does not exist, and is not made.
extension S3Bucket {
    /// Whether an object may be written: asked by completing an upload in parts that nobody began.
    ///
    /// "CompleteMultipartUpload" (Amazon S3 API Reference) takes the right to write objects, and makes one of parts
    /// that came before. Here none came. A PUT with a wrong Content-MD5 would ask the same, but one that a
    /// server does not check would be written, and `rclone serve s3` leaves a folder behind.
    func mayWrite() throws(ObjectStoreError) -> Told<Bool> {
        let parts = """
            <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part>\
            <PartNumber>1</PartNumber><ETag>"d41d8cd98f00b204e9800998ecf8427e"</ETag></Part>\
            </CompleteMultipartUpload>
            """
        var call = Call(
            method: .post, key: location.key(of: Self.madeUpName()), query: [("uploadId", Self.madeUp(16))],
            isFresh: true, subject: .bucket(url, "probe of writing"))
        call.body = Array(parts.utf8)
        switch try reply(to: call) {
        case .document(let bytes):
            // Amazon may begin to answer before it knows the outcome.
            return Self.mayWrite(S3ErrorDocument.read(bytes).code ?? "", "HTTP 200")
        case .refused(let failure): return Self.mayWrite(failure.code, failure.summary)
        }
    }

    private static func mayWrite(_ code: String, _ summary: String) -> Told<Bool> {
        switch code {
        case "NoSuchUpload": .said(true)
        case "AccessDenied": .said(false)
        default: .unknown(summary)
        }
    }

    /// Whether a version of an object may be deleted: asked of a version that does not exist, of an object that does not.
    ///
    /// A server that took it for a deletion without a version could leave a delete marker behind. So it is asked only
    /// where none can be made, or where the server is seen to know versions by their names.
    func mayDelete(versioning: Told<BucketPosture.Versioning>) throws(ObjectStoreError) -> Told<Bool> {
        let (name, version) = (Self.madeUpName(), Self.madeUpVersion())
        var call = Call(
            method: .get, key: location.key(of: name), query: [("versionId", version)], isFresh: true,
            subject: .bucket(url, "probe of deleting"))
        var isSafe = versioning.value != nil || isAmazon
        if !isSafe { isSafe = Self.knowsVersions(try reply(to: call)) }
        guard isSafe else {
            return .notAsked("the server is not seen to know versions, so a deletion might leave a marker")
        }
        call.method = .delete
        guard case .refused(let failure) = try reply(to: call) else { return .said(true) }
        switch (failure.status, failure.code) {
        case (204, _), (_, "NoSuchVersion"), (_, "NoSuchKey"): return .said(true)
        case (_, "AccessDenied"): return .said(false)
        default: return .unknown(failure.summary)
        }
    }

    private static func knowsVersions(_ reply: S3Reply) -> Bool {
        guard case .refused(let failure) = reply else { return false }
        return failure.code == "NoSuchVersion"
    }

    private var isAmazon: Bool { configuration.endpoint?.isAmazonRegion ?? true }

    private static func madeUpName() -> ObjectName { ObjectName("pg_backctl-probe-" + madeUp(16)) }

    /// In the form of a UUID, without which some servers refuse to look.
    private static func madeUpVersion() -> String {
        [4, 2, 2, 2, 6].map(madeUp).joined(separator: "-")
    }

    private static func madeUp(_ count: Int) -> String {
        Hex.encode((0..<count).map { _ in UInt8.random(in: .min ... .max) })
    }
}
