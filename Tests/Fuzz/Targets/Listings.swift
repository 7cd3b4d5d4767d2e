// SPDX-License-Identifier: Apache-2.0
@testable import ObjectStore

/// Replies of an S3 server: listings and errors.
@Sendable func fuzzListing(_ bytes: [UInt8]) {
    _ = try? S3ListingReader.read(bytes)
    _ = S3ErrorDocument.read(bytes)
}
