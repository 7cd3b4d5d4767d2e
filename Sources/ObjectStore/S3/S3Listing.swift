// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// One reply to ListObjectsV2.
struct S3Listing: Equatable {
    struct Object: Equatable {
        var key = ObjectName("")
        var size: UInt64?
        var etag: String?
        var modified: Timestamp?
        var storageClass: String?
    }

    var objects: [Object] = []
    var isTruncated = false
    var continuation: String?
    /// Whether the reply says that its keys are percent-coded: not every server does what it is asked.
    var isURLCoded = false
}

/// Reads ListBucketResult ("ListObjectsV2", Amazon S3 API Reference).
///
/// Elements that are not known are skipped, so servers may add to it.
enum S3ListingReader {
    /// No honest reply of 1,000 keys comes near this.
    static let limit = 16 << 20

    static func read(_ document: [UInt8]) throws(XMLFault) -> S3Listing {
        var tokens = try XMLTokens(document)
        guard try tokens.next() == .start("ListBucketResult") else {
            throw XMLFault(reason: "the document is no ListBucketResult")
        }
        var reading = Reading()
        while let token = try tokens.next() { try reading.take(token) }
        return try reading.finish()
    }

    /// What has been read so far; the root is already open.
    private struct Reading {
        private var listing = S3Listing()
        private var object: S3Listing.Object?
        private var keys = 0
        /// How deep below the root; an object's own elements are at depth 2.
        private var depth = 0
        private var text: [UInt8] = []

        mutating func take(_ token: XMLTokens.Token) throws(XMLFault) {
            switch token {
            case .start(let name):
                depth += 1
                text = []
                if depth == 1 && name == "Contents" {
                    object = S3Listing.Object()
                    keys = 0
                }
            case .text(let bytes): text += bytes
            case .end(let name):
                if depth == 2, object != nil { try setOfObject(name) }
                if depth == 1 { try setOfListing(name) }
                depth -= 1
                text = []
            }
        }

        private mutating func setOfListing(_ name: String) throws(XMLFault) {
            switch name {
            case "Contents":
                guard let object, keys == 1, !object.key.isEmpty else {
                    throw XMLFault(reason: "an object without a key, or with two")
                }
                listing.objects.append(object)
                self.object = nil
            case "IsTruncated": listing.isTruncated = try flag()
            case "NextContinuationToken": listing.continuation = string()
            case "EncodingType": listing.isURLCoded = string() == "url"
            default: break
            }
        }

        private mutating func setOfObject(_ name: String) throws(XMLFault) {
            switch name {
            case "Key":
                keys += 1
                object?.key = ObjectName(bytes: text)
            case "Size":
                guard let size = UInt64(string()), text.first != UInt8(ascii: "+") else {
                    throw XMLFault(reason: "an object's size is '\(ObjectName(bytes: text.prefix(40)))'")
                }
                object?.size = size
            case "ETag":
                let tag = EntityTag.plain(string())
                object?.etag = tag
            case "LastModified":
                let time = Timestamp(iso8601: string())
                object?.modified = time
            case "StorageClass":
                let storageClass = string()
                object?.storageClass = storageClass
            default: break
            }
        }

        private func string() -> String { String(decoding: text, as: UTF8.self) }

        private func flag() throws(XMLFault) -> Bool {
            switch string().lowercased() {
            case "true": return true
            case "false": return false
            default: throw XMLFault(reason: "IsTruncated is neither true nor false")
            }
        }

        /// The keys are decoded last, since the element that says so may follow them.
        consuming func finish() throws(XMLFault) -> S3Listing {
            guard listing.isURLCoded else { return listing }
            for index in listing.objects.indices {
                guard let key = URLCoding.decodeForm(listing.objects[index].key.bytes) else {
                    throw XMLFault(reason: "a key is not percent-coded as the reply says")
                }
                listing.objects[index].key = ObjectName(bytes: key)
            }
            return listing
        }
    }
}
