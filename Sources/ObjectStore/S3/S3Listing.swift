// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// One reply to ListObjectsV2 or ListObjectVersions.
struct S3Listing: Equatable {
    struct Object: Equatable {
        var key = ObjectName("")
        var size: UInt64?
        var etag: String?
        var modified: Timestamp?
        var storageClass: String?
        /// In a listing of versions only; `null` is one that was written while no versions were kept.
        var version: String?
        /// Whether this version says that there is no object.
        var isDeleteMarker = false
        /// Whether it is the newest version of its key.
        var isLatest = false
    }

    var objects: [Object] = []
    var isTruncated = false
    var continuation: String?
    /// Behind which key and version a listing of versions goes on.
    var nextKey: ObjectName?
    var nextVersion: String?
    /// Whether the reply says that its keys are percent-coded: not every server does what it is asked.
    var isURLCoded = false
}

/// Reads ListBucketResult and ListVersionsResult ("ListObjectsV2", "ListObjectVersions", Amazon S3 API Reference).
///
/// Elements that are not known are skipped, so servers may add to it.
enum S3ListingReader {
    /// No honest reply of 1,000 keys comes near this.
    static let limit = 16 << 20

    static func read(
        _ document: [UInt8], root: String = "ListBucketResult"
    ) throws(XMLFault) -> S3Listing {
        var tokens = try XMLTokens(document)
        guard try tokens.next() == .start(root) else {
            throw XMLFault(reason: "the document is no \(root)")
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

        private static let objectNames: Set = ["Contents", "Version", "DeleteMarker"]

        mutating func take(_ token: XMLTokens.Token) throws(XMLFault) {
            switch token {
            case .start(let name):
                depth += 1
                text = []
                if depth == 1, Self.objectNames.contains(name) {
                    object = S3Listing.Object(isDeleteMarker: name == "DeleteMarker")
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
            case _ where Self.objectNames.contains(name):
                guard let object, keys == 1, !object.key.isEmpty else {
                    throw XMLFault(reason: "an object without a key, or with two")
                }
                listing.objects.append(object)
                self.object = nil
            case "IsTruncated": listing.isTruncated = try flag()
            case "NextContinuationToken": listing.continuation = string()
            case "NextKeyMarker": listing.nextKey = ObjectName(bytes: text)
            case "NextVersionIdMarker": listing.nextVersion = string()
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
            case "IsLatest":
                let isLatest = string() == "true"
                object?.isLatest = isLatest
            case "VersionId":
                let version = string()
                object?.version = version
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
                listing.objects[index].key = try Self.decoded(listing.objects[index].key)
            }
            listing.nextKey = try listing.nextKey.map { key throws(XMLFault) in try Self.decoded(key) }
            return listing
        }

        private static func decoded(_ key: ObjectName) throws(XMLFault) -> ObjectName {
            guard let bytes = URLCoding.decodeForm(key.bytes) else {
                throw XMLFault(reason: "a key is not percent-coded as the reply says")
            }
            return ObjectName(bytes: bytes)
        }
    }
}
