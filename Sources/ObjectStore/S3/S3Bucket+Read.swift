// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import HTTP

extension S3Bucket {
    /// One GET of the version and ETag that are expected; none for an empty range of an object that has bytes.
    @discardableResult
    public func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        guard request.range.upperBound <= request.expected.size else {
            throw .unusable(
                "object '\(request.name)'", reason: "bytes beyond its end were asked for",
                hint: "this is a bug.")
        }
        // An empty part of an object needs no request; an empty object is asked for, to see that it is there.
        if request.range.isEmpty && request.expected.size > 0 { return ReadStatistics() }

        var part = S3Part(request)
        try exchange(
            call(for: request),
            place: { " at byte \(Units.grouped(part.position))" },
            onHead: { head throws(EarlyEnd) in
                do throws(ObjectStoreError) { try part.begin(head) } catch { throw .error(error) }
            },
            onBody: { bytes throws(EarlyEnd) in try part.receive(bytes, body) })
        try part.finish()
        return ReadStatistics()
    }

    private func call(for request: ReadRequest) -> Call {
        let expected = request.expected
        var call = Call(
            method: .get, key: location.key(of: request.name), headers: customerKeyHeaders,
            isFresh: request.isSecondLook,
            subject: .object(request.name, expected: expected))
        if !S3Part.isWhole(request) {
            call.headers.append(
                ("range", "bytes=\(request.range.lowerBound)-\(request.range.upperBound - 1)"))
        }
        call.ifMatch = expected.etag.flatMap(EntityTag.quoted)
        if let version = expected.version {
            call.query.append(("versionId", URLCoding.encode(version.utf8, keepingSlash: false)))
        }
        return call
    }

    /// By HEAD, and where that is refused by a GET of one byte, whose reply can say why.
    ///
    /// Where the bucket is seen as it was at a time, a listing of versions tells.
    public func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        if let time = configuration.asOf { return try version(of: name, as: time) }
        var call = Call(
            method: .head, key: location.key(of: name), headers: customerKeyHeaders, isFresh: true,
            subject: .object(name, expected: nil))
        do throws(ObjectStoreError) {
            return try describe(name, call) { $0.contentLength }
        } catch {
            guard Self.mayBeExplained(error) else { throw error }
            // The reply to a HEAD has no body, so it cannot say why: one byte of the object is asked for.
            call.method = .get
            call.headers.append(("range", "bytes=0-0"))
            return try describe(name, call) { head in
                let total = head.value("content-range").flatMap(ContentRange.init)?.total
                return total ?? (head.status == 200 ? head.contentLength : nil)
            }
        }
    }

    private static func mayBeExplained(_ error: ObjectStoreError) -> Bool {
        switch error {
        case .denied, .unusable: true
        default: false
        }
    }

    private func describe(
        _ name: ObjectName, _ call: Call, size: (HTTPHead) -> UInt64?
    ) throws(ObjectStoreError) -> StoredObject {
        var found: HTTPHead?
        try exchange(
            call, onHead: { head in found = head },
            onBody: { _ throws(EarlyEnd) in throw .enough })
        guard let found, let size = size(found) else {
            throw .misbehaving("object '\(name)'", reason: "the size is missing in the reply")
        }
        let version = found.value("x-amz-version-id")
        return StoredObject(
            name: name,
            validators: Validators(
                size: size, etag: found.value("etag").flatMap(EntityTag.plain),
                // "null" is the version of an object written while versioning was off; to ask for it by
                // that name takes a permission of its own and tells nothing more.
                version: version == "null" ? nil : version,
                modified: found.value("last-modified").flatMap(Timestamp.init(httpDate:))),
            storageClass: S3Bucket.unusual(found.value("x-amz-storage-class")))
    }

    /// A storage class that is worth telling.
    static func unusual(_ storageClass: String?) -> String? {
        guard let storageClass, !storageClass.isEmpty, storageClass != "STANDARD" else { return nil }
        return ObjectName(String(storageClass.prefix(64))).description
    }
}
