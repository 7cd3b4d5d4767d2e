// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

@Suite("history accept")
struct AcceptTests {
    @Test func `a tampered backup stays so until it is accepted by name`() async throws {
        let store = try LocalStore()
        #expect(try await store.verify().status == 0)
        try store.tamper()
        #expect(try await store.verify().status == 6)
        #expect(try await store.verify().status == 6)

        let accepted = try await store.binary(
            "history", "accept", LocalStore.label, "--reason", "recompressed, change 4711")
        #expect(accepted.status == 0, "\(accepted)")
        #expect(accepted.output.contains("accepted 'base.tar.gz'"), "\(accepted)")
        let after = try await store.verify("--json")
        #expect(after.status == 0, "\(after)")
        #expect(try after.verification().backups[0].level == "checksummed")

        let events = try store.binary.query("SELECT kind, text FROM event")
        #expect(events.count == 1)
        #expect(events[0].hasPrefix("acceptance|") && events[0].hasSuffix(": recompressed, change 4711"))
        let pins = try store.binary.query(
            """
            SELECT count(DISTINCT sha256) FROM pin JOIN object ON object.id = object_id
            WHERE name = 'base.tar.gz'
            """)
        #expect(pins == ["2"], "the digest before stays")
    }

    @Test func `only what is tampered can be accepted`() async throws {
        let store = try LocalStore()
        let words = ["history", "accept", LocalStore.label, "--reason", "because"]
        let unknown = try await store.binary.run(words)
        #expect(unknown.status == 9, "\(unknown)")
        try await store.verify()
        let sound = try await store.binary.run(words)
        #expect(sound.status == 14 && sound.errors.contains("is not tampered"), "\(sound)")
        try store.tamper()
        try await store.verify()
        let empty = try await store.binary("history", "accept", LocalStore.label, "--reason", " ")
        #expect(empty.status == 12 && empty.errors.contains("the reason is empty"), "\(empty)")
    }

    @Test func `a run that reads no bytes neither hides the tampering nor keeps it from being accepted`()
        async throws
    {
        let store = try LocalStore()
        try await store.verify()
        try store.tamper()
        #expect(try await store.verify().status == 6)
        for _ in 0..<2 {
            let listed = try await store.verify("--level", "listed")
            #expect(listed.status == 6 && listed.output.contains("nobody has accepted"), "\(listed)")
        }
        let accepted = try await store.binary("history", "accept", LocalStore.label, "--reason", "known")
        #expect(accepted.status == 0 && accepted.output.contains("accepted 'base.tar.gz'"), "\(accepted)")
        #expect(try await store.verify("--level", "listed").status == 0)
        #expect(try await store.verify().status == 0)
    }
}
