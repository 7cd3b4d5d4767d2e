// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import TestKit
import Testing

@testable import ObjectStore

@Suite("a bucket's listing of versions")
struct S3VersionsTests {
    /// One version, or a deletion; its time in seconds after `start`.
    private struct Entry {
        var key: String
        var version: String
        var time: Int64
        var isDeletion = false
        var isLatest = false

        init(
            _ key: String, _ version: String, at time: Int64, isDeletion: Bool = false, isLatest: Bool = false
        ) {
            (self.key, self.version, self.time) = (key, version, time)
            (self.isDeletion, self.isLatest) = (isDeletion, isLatest)
        }

        var xml: String {
            let element = isDeletion ? "DeleteMarker" : "Version"
            let modified = "\(S3VersionsTests.start.advanced(bySeconds: time))".dropLast() + ".000Z"
            return """
                <\(element)><Key>\(key)</Key><VersionId>\(version)</VersionId><IsLatest>\(isLatest)</IsLatest>\
                <LastModified>\(modified)</LastModified>\
                \(isDeletion ? "" : "<Size>1</Size><ETag>&quot;e&quot;</ETag>")</\(element)>
                """
        }
    }

    fileprivate static let start = Timestamp(seconds: 1_790_000_000)

    private static func reply(_ entries: some Collection<Entry>, next: Entry?) -> ScriptedReply {
        let marker = next.map {
            "<NextKeyMarker>\($0.key)</NextKeyMarker><NextVersionIdMarker>\($0.version)</NextVersionIdMarker>"
        }
        return .status(
            200,
            """
            <ListVersionsResult><IsTruncated>\(next != nil)</IsTruncated>\(marker ?? "")\
            \(entries.map(\.xml).joined())</ListVersionsResult>
            """, [("Content-Type", "application/xml")])
    }

    /// A bucket that tells these versions, in this order and so many at a time.
    private static func bucket(_ entries: [Entry], pageSize: Int) throws -> S3Fixture {
        try S3Fixture { request, reply in
            guard request.parameter("versions") != nil else { return reply }
            func text(_ name: String) -> String? {
                request.parameter(name).map { String(decoding: $0, as: UTF8.self) }
            }
            let wanted = entries.filter { $0.key.hasPrefix(text("prefix") ?? "") }
            var rest = wanted[...]
            if let key = text("key-marker"), let version = text("version-id-marker") {
                let place = wanted.firstIndex { $0.key == key && $0.version == version }
                rest = wanted[(place.map { $0 + 1 } ?? wanted.endIndex)...]
            }
            let page = rest.prefix(pageSize)
            return Self.reply(page, next: page.count < rest.count ? page.last : nil)
        }
    }

    private static func store(_ fixture: S3Fixture, asOf time: Int64) throws -> S3Bucket {
        try fixture.store { $0.asOf = start.advanced(bySeconds: time) }
    }

    private static func versions(_ entries: [Entry], pageSize: Int, asOf time: Int64) throws -> [String] {
        var found: [String] = []
        let fixture = try bucket(entries, pageSize: pageSize)
        try withExtendedLifetime(fixture) {
            try store(fixture, asOf: time).list("") { object in
                found.append("\(object.name) \(object.validators.version ?? "-")")
            }
        }
        return found
    }

    private static let entries = [
        Entry("a", "a3", at: 30, isDeletion: true, isLatest: true), Entry("a", "a2", at: 20),
        Entry("a", "a1", at: 10), Entry("b", "b2", at: 25, isLatest: true), Entry("b", "null", at: 5),
        Entry("b.gz", "c1", at: 1, isLatest: true),
    ]

    @Test(arguments: 1...6) func `tells the same of a time, however many come at once`(pageSize: Int) throws {
        let told = try [4, 9, 15, 22, 27, 31].map {
            try Self.versions(Self.entries, pageSize: pageSize, asOf: $0).joined(separator: ", ")
        }
        #expect(
            told == [
                "b.gz c1", "b null, b.gz c1", "a a1, b null, b.gz c1", "a a2, b null, b.gz c1",
                "a a2, b b2, b.gz c1", "b b2, b.gz c1",
            ])
    }

    @Test(arguments: [1, 2, 6]) func `finds one object among those whose names begin alike`(pageSize: Int)
        throws
    {
        let fixture = try Self.bucket(Self.entries, pageSize: pageSize)
        defer { withExtendedLifetime(fixture) {} }
        #expect(try Self.store(fixture, asOf: 9).head("b").validators.version == "null")
        #expect(try Self.store(fixture, asOf: 27).head("b").validators.version == "b2")
        #expect(throws: ObjectStoreError.missing("b")) { try Self.store(fixture, asOf: 4).head("b") }
        #expect(throws: ObjectStoreError.missing("a")) { try Self.store(fixture, asOf: 31).head("a") }
    }

    @Test func `goes by the server's order where it has one, whatever the clock said`() throws {
        let skewed = [
            Entry("a", "new", at: 10), Entry("a", "gone", at: 11, isDeletion: true),
            Entry("a", "old", at: 12),
        ]
        #expect(try Self.versions(skewed, pageSize: 9, asOf: 20) == ["a new"])
    }

    @Test func `puts deletions to their versions where a server lists them apart`() throws {
        let apart = [
            Entry("a", "a2", at: 30, isLatest: true), Entry("a", "a1", at: 10), Entry("b", "b1", at: 10),
            Entry("a", "da", at: 20, isDeletion: true),
            Entry("b", "db", at: 10, isDeletion: true, isLatest: true),
        ]
        #expect(try Self.versions(apart, pageSize: 9, asOf: 15) == ["a a1"])
        #expect(try Self.versions(apart, pageSize: 9, asOf: 25) == [])
        #expect(try Self.versions(apart, pageSize: 9, asOf: 35) == ["a a2"])
    }

    @Test(arguments: [
        [Entry("a", "a1", at: 10), Entry("b", "b1", at: 10), Entry("a", "da", at: 20, isDeletion: true)],
        [Entry("a", "a2", at: 11), Entry("a", "a1", at: 10), Entry("a", "da", at: 20, isDeletion: true)],
    ])
    private func `is refused where a deletion comes pages behind what it deleted`(entries: [Entry]) throws {
        let error = #expect(throws: ObjectStoreError.self) {
            try Self.versions(entries, pageSize: 2, asOf: 30)
        }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [[], [Entry("a", "v", at: 90)]])
    private func `is refused where it leads in circles`(entries: [Entry]) throws {
        let counter = Counter()
        let fixture = try S3Fixture { _, _ in
            let number = counter.next()
            let next = Entry("a", number % 2 == 0 ? "A" : "B", at: 0)
            return Self.reply(entries, next: number < 20 ? next : nil)
        }
        let error = #expect(throws: ObjectStoreError.self) { try Self.store(fixture, asOf: 30).names() }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
        #expect(counter.value <= 4)
    }

    @Test func `may be denied, which is no lack of objects`() throws {
        let fixture = try S3Fixture { _, _ in
            .status(
                403, "<Error><Code>AccessDenied</Code></Error>", [("Content-Type", "application/xml")])
        }
        defer { withExtendedLifetime(fixture) {} }
        let store = try Self.store(fixture, asOf: 30)
        for look in [
            { _ = try store.names() }, { _ = try store.head("a") }, { _ = try store.olderVersion(of: "a") },
        ] {
            let error = #expect(throws: ObjectStoreError.self) { try look() }
            guard case .denied? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func `names the version before the newest`() throws {
        let fixture = try Self.bucket(Self.entries, pageSize: 9)
        defer { withExtendedLifetime(fixture) {} }
        let store = try fixture.store()
        let older = try #require(try store.olderVersion(of: "a"))
        #expect(older.object.validators.version == "a2")
        #expect(older.superseded == Self.start.advanced(bySeconds: 30))
        #expect(try store.olderVersion(of: "b")?.object.validators.version == "null")
        #expect(try store.olderVersion(of: "b.gz") == nil)
    }
}
