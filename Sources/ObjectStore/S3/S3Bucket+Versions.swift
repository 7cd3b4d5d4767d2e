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
        var settled = start?.isSettled == true ? start?.key : nil
        for found in Self.newestFirst(listing.objects) where found.key != settled {
            guard found.key.hasPrefix(wanted) else {
                throw misbehaving("key '\(found.key)' does not begin with the prefix that was asked for")
            }
            guard let modified = found.modified else { throw misbehaving("key '\(found.key)' has no time") }
            guard modified <= time else { continue }
            settled = found.key
            if !found.isDeleteMarker, let object = try object(found) { objects.append(object) }
        }
        let next = listing.nextKey.map {
            VersionPlace(key: $0, version: listing.nextVersion, isSettled: $0 == settled).text
        }
        return ListingPage(
            objects: objects, isTruncated: listing.isTruncated, continuation: next, isSifted: true)
    }

    /// The version that an object had then; throws `.missing` where it had none.
    func version(of name: ObjectName, as time: Timestamp) throws(ObjectStoreError) -> StoredObject {
        var cursor = ListingCursor(url)
        while !cursor.isAtEnd {
            let page = try page(name, as: time, from: cursor.continuation)
            if let object = page.objects.first(where: { $0.name == name }) { return object }
            try cursor.advance(past: page)
        }
        throw .missing(name)
    }

    /// Asked of the first page only: an object with more versions than that is not looked through.
    public func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? {
        let key = location.key(of: name)
        let all = Self.newestFirst(try versions(key, from: nil).objects.filter { $0.key == key })
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

    /// In the order of the keys; some servers list all deletions behind all versions.
    private static func newestFirst(_ entries: [S3Listing.Object]) -> [S3Listing.Object] {
        let places = Dictionary(
            entries.enumerated().map { ($0.element.key, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return entries.enumerated().sorted { one, other in
            let (left, right) = (places[one.element.key] ?? 0, places[other.element.key] ?? 0)
            guard left == right else { return left < right }
            let times = (one.element.modified?.nanoseconds, other.element.modified?.nanoseconds)
            guard let mine = times.0, let theirs = times.1, mine != theirs else {
                return one.offset < other.offset
            }
            return mine > theirs
        }.map(\.element)
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

/// Where a listing of versions goes on, as the text of a continuation.
private struct VersionPlace {
    var key: ObjectName
    var version: String?
    /// Whether the version of this key was found already.
    var isSettled: Bool

    init(key: ObjectName, version: String?, isSettled: Bool) {
        (self.key, self.version, self.isSettled) = (key, version, isSettled)
    }

    /// Takes apart what `text` put together.
    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init)
        isSettled = parts.first == "+"
        key = ObjectName(bytes: URLCoding.decodeForm(Array((parts.count > 1 ? parts[1] : "").utf8)) ?? [])
        version = parts.count > 2 ? parts[2] : nil
    }

    var text: String {
        let coded = URLCoding.encode(key.bytes, keepingSlash: false)
        return [isSettled ? "+" : "-", coded, version].compactMap(\.self).joined(separator: " ")
    }
}
