// SPDX-License-Identifier: Apache-2.0
import AuditModel
import HTTP

/// What ends a transfer before the server does.
enum EarlyEnd: Error {
    /// All that was wanted has come.
    case enough
    case error(ObjectStoreError)
}

/// The bytes of one reply to a GET, held against what was asked for.
///
/// Servers answer a range in four ways: 206 with the part; 200 with a Content-Range and the part; 200 with
/// the whole object from its first byte; and wrongly. Whichever it is, exactly the bytes of the range are
/// handed on, or there is an error.
struct S3Part {
    private let request: ReadRequest
    /// How many bytes of the reply come before the range.
    private var toSkip: UInt64 = 0
    /// Where in the object the next byte to hand on lies.
    private(set) var position: UInt64
    /// Whether the reply goes on after the range's end, as a whole object does.
    private var hasTail = false

    init(_ request: ReadRequest) {
        self.request = request
        position = request.range.lowerBound
    }

    /// Whether the reply is the object from start to end, so that no `Range` header is needed.
    static func isWhole(_ request: ReadRequest) -> Bool { request.range == 0..<request.expected.size }

    /// Judges the head of a reply of status 200 or 206.
    mutating func begin(_ head: HTTPHead) throws(ObjectStoreError) {
        try checkVersion(head)
        let told = head.value("content-range")
        if let told {
            try checkPart(told, head)
        } else if head.status == 206 {
            throw misbehaving("a part (HTTP 206) without a Content-Range")
        } else {
            try checkWhole(head)
        }
    }

    private func checkVersion(_ head: HTTPHead) throws(ObjectStoreError) {
        let expected = request.expected
        let found = head.value("etag").flatMap(EntityTag.plain)
        if let tag = expected.etag, let found {
            guard tag == found else { throw changed("ETag \(ObjectName(found))") }
        } else if let date = expected.modified,
            let found = head.value("last-modified").flatMap(Timestamp.init(httpDate:)),
            found.seconds != date.seconds
        {
            throw changed("last modified \(found)")
        }
        if let found, let first = request.witness?.expectation(contradictedBy: found) {
            throw .changed(
                request.name, expected: "ETag \(ObjectName(first))", found: "ETag \(ObjectName(found))")
        }
        if let version = expected.version, let found = head.value("x-amz-version-id"), found != version {
            throw changed("version \(ObjectName(found))")
        }
    }

    private func checkPart(_ told: String, _ head: HTTPHead) throws(ObjectStoreError) {
        guard let part = ContentRange(told) else {
            throw misbehaving("Content-Range '\(ObjectName(String(told.prefix(80))))' cannot be read")
        }
        if let total = part.total, total != request.expected.size {
            throw changed("\(Units.grouped(total)) bytes")
        }
        guard part.range == request.range else {
            throw misbehaving(
                "asked for bytes \(describe(request.range)), it sends bytes \(describe(part.range))")
        }
        let count = request.range.upperBound - request.range.lowerBound
        if let length = head.contentLength, length != count {
            throw misbehaving("Content-Length \(length) beside a part of \(count) bytes")
        }
    }

    private mutating func checkWhole(_ head: HTTPHead) throws(ObjectStoreError) {
        if let length = head.contentLength, length != request.expected.size {
            throw changed("\(Units.grouped(length)) bytes")
        }
        toSkip = request.range.lowerBound
        hasTail = request.range.upperBound < request.expected.size
    }

    /// Hands on those of `bytes` that lie in the range.
    mutating func receive(
        _ bytes: RawSpan, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(EarlyEnd) {
        let skipped = Int(min(UInt64(bytes.byteCount), toSkip))
        toSkip -= UInt64(skipped)
        let rest = bytes.extracting(droppingFirst: skipped)
        guard !rest.isEmpty else { return }

        let wanted = request.range.upperBound - position
        if UInt64(rest.byteCount) > wanted, !hasTail {
            throw .error(transient("more bytes than were announced"))
        }
        let count = Int(min(UInt64(rest.byteCount), wanted))
        if count > 0 {
            do throws(ObjectStoreError) { try body(rest.extracting(first: count)) } catch {
                throw .error(error)
            }
            position += UInt64(count)
        }
        if hasTail, position == request.range.upperBound { throw .enough }
    }

    /// Checks, after the reply has ended, that the range has come to its end.
    func finish() throws(ObjectStoreError) {
        guard position == request.range.upperBound else {
            throw transient(
                "the reply ended at byte \(Units.grouped(position)) of \(Units.grouped(request.range.upperBound))"
            )
        }
    }

    private func describe(_ range: Range<UInt64>) -> String {
        range.isEmpty
            ? "none" : "\(Units.grouped(range.lowerBound)) to \(Units.grouped(range.upperBound - 1))"
    }

    private func changed(_ found: String) -> ObjectStoreError {
        .changed(request.name, expected: request.expected.summary, found: found)
    }

    private func misbehaving(_ reason: String) -> ObjectStoreError {
        .misbehaving("object '\(request.name)'", reason: reason)
    }

    private func transient(_ reason: String) -> ObjectStoreError {
        .transient("object '\(request.name)'", reason: reason, kind: .fault)
    }
}

extension Validators {
    /// `64 bytes, ETag abc`, as messages say which version was meant.
    var summary: String {
        "\(Units.grouped(size)) bytes" + (etag.map { ", ETag \(ObjectName($0))" } ?? "")
            + (version.map { ", version \(ObjectName($0))" } ?? "")
    }
}
