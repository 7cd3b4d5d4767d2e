// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A bucket as it was at a time, by the versions that it keeps ("ListObjectVersions", Amazon S3 API Reference).
extension S3Bucket {
    /// Of each key the version that was the newest then, unless that was a deletion.
    func page(
        _ prefix: ObjectName, as time: Timestamp, from continuation: String?
    ) throws(ObjectStoreError) -> ListingPage {
        let wanted = location.key(of: prefix)
        let start = continuation.map { VersionPlace($0) }
        let listing = try versions(wanted, from: start)
        var objects: [StoredObject] = []
        var settled = start?.settled
        for found in VersionOrder.newestFirst(listing.objects) {
            let modified = try moment(of: found, wanted, behind: start)
            guard modified <= time else { continue }
            if let settled, settled.key == found.key {
                try refuseSuccessor(found, modified, of: start?.settled)
                continue
            }
            settled = VersionPlace.Settled(key: found.key, modified: modified)
            if !found.isDeleteMarker, let object = try object(found) { objects.append(object) }
        }
        let next = listing.nextKey.map { key in
            VersionPlace(
                key: key, version: listing.nextVersion, settled: settled.flatMap { $0.key == key ? $0 : nil }
            ).text
        }
        return ListingPage(
            objects: objects, isTruncated: listing.isTruncated, continuation: next,
            leftOut: listing.objects.count - objects.count)
    }

    /// When a version was written; throws where it cannot belong to this page of the listing.
    private func moment(
        of found: S3Listing.Object, _ wanted: ObjectName, behind start: VersionPlace?
    ) throws(ObjectStoreError) -> Timestamp {
        guard found.key.hasPrefix(wanted) else {
            throw misbehaving("key '\(found.key)' does not begin with the prefix that was asked for")
        }
        if let start, found.key < start.key {
            throw misbehaving("key '\(found.key)' comes behind '\(start.key)'")
        }
        guard let modified = found.modified else { throw misbehaving("key '\(found.key)' has no time") }
        return modified
    }

    /// On an earlier page an older version was taken for the newest: that cannot be taken back.
    private func refuseSuccessor(
        _ found: S3Listing.Object, _ modified: Timestamp, of earlier: VersionPlace.Settled?
    ) throws(ObjectStoreError) {
        guard let earlier, earlier.key == found.key, modified > earlier.modified else { return }
        throw misbehaving("a later version of '\(found.key)' stands behind an earlier one, on another page")
    }

    /// The version that an object had then; throws `.missing` where it had none.
    func version(of name: ObjectName, as time: Timestamp) throws(ObjectStoreError) -> StoredObject {
        var cursor = ListingCursor(url)
        while !cursor.isAtEnd {
            let page = try page(name, as: time, from: cursor.continuation)
            if let object = page.objects.first(where: { $0.name == name }) { return object }
            // Longer names that begin with this one stand behind it.
            if let next = page.continuation, VersionPlace(next).key != location.key(of: name) { break }
            try cursor.advance(past: page)
        }
        throw .missing(name)
    }

    /// Asked of the first page only: an object with more versions than that is not looked through.
    public func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? {
        let key = location.key(of: name)
        let all = VersionOrder.newestFirst(try versions(key, from: nil).objects.filter { $0.key == key })
        for (newer, older) in zip(all, all.dropFirst()) where !older.isDeleteMarker {
            guard let time = newer.modified, let object = try object(older) else { return nil }
            return OlderVersion(object, superseded: time)
        }
        return nil
    }

    private func object(_ found: S3Listing.Object) throws(ObjectStoreError) -> StoredObject? {
        let name = found.key.dropping(location.keyPrefix.bytes.count)
        guard let size = found.size else { throw misbehaving("key '\(found.key)' has no size") }
        if name.isEmpty && size == 0 { return nil }
        return StoredObject(
            name: name,
            validators: Validators(
                size: size, etag: found.etag, version: found.version, modified: found.modified),
            storageClass: Self.unusual(found.storageClass),
            oddity: name.isEmpty ? "an object that has the name of the folder itself" : nil)
    }

    private func versions(
        _ prefix: ObjectName, from start: VersionPlace?
    ) throws(ObjectStoreError) -> S3Listing {
        var query = [(name: "versions", value: ""), (name: "encoding-type", value: "url")]
        query.append(("prefix", URLCoding.encode(prefix.bytes, keepingSlash: false)))
        if let start {
            query.append(("key-marker", URLCoding.encode(start.key.bytes, keepingSlash: false)))
            if let version = start.version {
                query.append(("version-id-marker", URLCoding.encode(version.utf8, keepingSlash: false)))
            }
        }
        let document = try document(query)
        do throws(XMLFault) { return try S3ListingReader.read(document, root: "ListVersionsResult") } catch {
            throw .unusable(
                "listing of the versions in '\(url)'", reason: error.reason,
                hint: "does this server keep versions? without them nothing is known of the past.")
        }
    }
}
