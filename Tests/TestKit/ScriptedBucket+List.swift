// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension ScriptedBucket.Contents {
    /// One page of ListObjectsV2; the token names the last key of the page before.
    func list(_ request: ScriptedRequest, _ objects: [ObjectName: ScriptedBucket.Object]) -> ScriptedReply {
        let encodes = request.parameter("encoding-type") == Array("url".utf8)
        let prefix = ObjectName(bytes: (request.parameter("prefix") ?? []))
        let after =
            request.parameter("continuation-token").map(Self.name(ofToken:))
            ?? request.parameter("start-after").map { ObjectName(bytes: $0) }
        let size =
            request.parameter("max-keys").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? pageSize
        let names = objects.keys.filter { name in
            name.hasPrefix(prefix) && after.map { $0 < name } ?? true
        }.sorted()
        let page = names.prefix(min(max(0, size), pageSize))
        let token = page.count < names.count ? page.last.map(Self.token(of:)) : nil
        let entries = page.compactMap { name in objects[name].map { entry(name, $0, encodes: encodes) } }
        let xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>\(bucket)</Name>\
            <Prefix>\(Self.text(prefix, encodes))</Prefix><KeyCount>\(page.count)</KeyCount>\
            <MaxKeys>\(size)</MaxKeys>\(encodes ? "<EncodingType>url</EncodingType>" : "")\
            <IsTruncated>\(token != nil)</IsTruncated>\
            \(token.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? "")\
            \(entries.joined())</ListBucketResult>
            """
        return .status(200, xml, [("Content-Type", "application/xml")])
    }

    private func entry(_ name: ObjectName, _ object: ScriptedBucket.Object, encodes: Bool) -> String {
        """
        <Contents><Key>\(Self.text(name, encodes))</Key>\
        <LastModified>\(object.modified.toTheMillisecond)</LastModified>\
        <ETag>&quot;\(object.etag)&quot;</ETag><Size>\(object.bytes.count)</Size>\
        <StorageClass>\(object.storageClass ?? "STANDARD")</StorageClass></Contents>
        """
    }

    private static func token(of name: ObjectName) -> String {
        name.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func name(ofToken token: [UInt8]) -> ObjectName {
        let digits = token.map { UInt8(String(UnicodeScalar($0)), radix: 16) ?? 0 }
        return ObjectName(
            bytes: stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// As S3 writes a key: percent-encoded with `+` for a blank, or as XML text.
    private static func text(_ name: ObjectName, _ encodes: Bool) -> String {
        if encodes { return name.bytes.map(urlEncoded).joined() }
        return String(decoding: name.bytes, as: UTF8.self).replacing("&", with: "&amp;")
            .replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    private static func urlEncoded(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: " "): "+"
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            String(UnicodeScalar(byte))
        case _ where "-_.*/".utf8.contains(byte): String(UnicodeScalar(byte))
        default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }
    }
}

extension Timestamp {
    /// As HTTP headers have it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    var httpDate: String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let fields = calendar
        let weekday = days[Int(max(0, seconds) / 86_400 % 7)]
        let day = (fields.day < 10 ? "0" : "") + String(fields.day)
        let time = description.dropFirst(11).dropLast()
        return "\(weekday), \(day) \(months[fields.month - 1]) \(fields.year) \(time) GMT"
    }
}

extension Timestamp {
    /// As S3 lists it, such as `2009-10-12T17:50:30.000Z`.
    fileprivate var toTheMillisecond: String {
        let digits = String(nanoseconds % 1_000_000_000 / 1_000_000)
        let whole = Timestamp(seconds: seconds).description.dropLast()
        return "\(whole).\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
    }
}
