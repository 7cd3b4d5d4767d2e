// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import HTTP

extension S3Bucket {
    /// By ListObjectsV2, or by ListObjectVersions where the bucket is seen as it was at a time.
    public func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        try pages(prefix, body) { continuation throws(ObjectStoreError) in
            try page(prefix, from: continuation)
        }
    }

    func page(_ prefix: ObjectName, from continuation: String?) throws(ObjectStoreError) -> ListingPage {
        if let time = configuration.asOf { return try page(prefix, as: time, from: continuation) }
        let wanted = location.key(of: prefix)
        let listing = try listing(wanted, from: continuation)
        var objects: [StoredObject] = []
        objects.reserveCapacity(listing.objects.count)
        for found in listing.objects {
            guard found.key.hasPrefix(wanted) else {
                throw misbehaving("key '\(found.key)' does not begin with the prefix that was asked for")
            }
            guard let size = found.size else { throw misbehaving("key '\(found.key)' has no size") }
            if let object = object(found, size) { objects.append(object) }
        }
        return ListingPage(
            objects: objects, isTruncated: listing.isTruncated, continuation: listing.continuation)
    }

    /// Nil for the empty object that some tools put where the folder of this store is.
    private func object(_ found: S3Listing.Object, _ size: UInt64) -> StoredObject? {
        let name = found.key.dropping(location.keyPrefix.bytes.count)
        if name.isEmpty && size == 0 { return nil }
        return StoredObject(
            name: name,
            validators: Validators(size: size, etag: found.etag, modified: found.modified),
            storageClass: S3Bucket.unusual(found.storageClass),
            oddity: name.isEmpty ? "an object that has the name of the folder itself" : nil)
    }

    private func listing(
        _ prefix: ObjectName, from continuation: String?
    ) throws(ObjectStoreError) -> S3Listing {
        var query = [(name: "list-type", value: "2"), (name: "encoding-type", value: "url")]
        query.append(("prefix", URLCoding.encode(prefix.bytes, keepingSlash: false)))
        if let continuation {
            query.append(("continuation-token", URLCoding.encode(continuation.utf8, keepingSlash: false)))
        }
        let document = try document(query)
        do throws(XMLFault) { return try S3ListingReader.read(document) } catch {
            throw misbehaving(error.reason)
        }
    }

    /// The reply to a request for a listing, held to its limit.
    func document(_ query: [(name: String, value: String)]) throws(ObjectStoreError) -> [UInt8] {
        var document: [UInt8] = []
        try exchange(
            Call(method: .get, query: query, subject: .listing(of: url)),
            onHead: { head throws(EarlyEnd) in
                guard head.status == 200 else { throw .error(misbehaving("HTTP \(head.status)")) }
            },
            onBody: { bytes throws(EarlyEnd) in
                guard document.count + bytes.byteCount <= S3ListingReader.limit else {
                    throw .error(
                        misbehaving(
                            "a page of more than \(Units.grouped(UInt64(S3ListingReader.limit))) bytes"))
                }
                document.append(bytes)
            })
        return document
    }

    func misbehaving(_ reason: String) -> ObjectStoreError {
        .misbehaving("listing of '\(url)'", reason: reason)
    }
}
