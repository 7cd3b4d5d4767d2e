// SPDX-License-Identifier: Apache-2.0
import AuditModel

@testable import ObjectStore

/// Replies of an S3 server: listings and errors.
@Sendable func fuzzListing(_ bytes: [UInt8]) {
    _ = try? S3ListingReader.read(bytes)
    _ = S3ErrorDocument.read(bytes)
}

/// What a bucket answers about itself.
@Sendable func fuzzPosture(_ bytes: [UInt8]) {
    let reply = S3Reply.document(bytes)
    _ = PostureQuestions.versioning().told(reply)
    _ = PostureQuestions.lock().told(reply)
    _ = PostureQuestions.lifecycle(of: "prod/").told(reply)
    _ = PostureQuestions.publicAccessBlock().told(reply)
    _ = PostureQuestions.publicPolicy().told(reply)
    _ = PostureQuestions.publicGrants().told(reply)
    _ = PostureQuestions.encryption().told(reply)
}
