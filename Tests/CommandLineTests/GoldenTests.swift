// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

@Suite("what the program prints")
struct GoldenTests {
    @Test(arguments: [
        [], ["verify"], ["list"], ["history"], ["history", "backups"], ["history", "objects"],
        ["history", "findings"], ["history", "runs"], ["history", "accept"], ["wal-get"],
    ])
    func `help says what a command does`(command: [String]) async throws {
        let run = try await Binary().run(command + ["--help"])
        #expect(run.status == 0 && run.stderr.isEmpty)
        try expectGolden((["help"] + command).joined(separator: "-"), run.output)
    }

    @Test func `the first verification and the list after it`() async throws {
        let store = try LocalStore()
        try store.tree.write("notes.txt", text: "nothing of ours")
        let before = try await store.binary("list", store.path)
        #expect(before.status == 0 && before.stderr.isEmpty)
        let run = try await store.verify()
        #expect(run.status == 0 && run.stderr.isEmpty)
        try expectGolden("verify-sound", store.normalized(run.output))
        try expectGolden("verify-sound-verbose", store.normalized(try await store.verify("--verbose").output))
        let ages = /\d+ (ms|s|min|d)( ago)?\b/
        try expectGolden("list", store.normalized(before.output.replacing(ages, with: "AGE")))
    }

    @Test func `a sound backup as a document`() async throws {
        let store = try LocalStore()
        let run = try await store.verify("--json")
        #expect(run.status == 0)
        try expectGolden("verify-sound-json", store.normalized(run.output))
        try expectGolden("verify-sound-json-stderr", store.normalized(run.errors))
    }

    @Test func `rot in a backup that was good`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try store.tree.rot(LocalStore.base, at: 12_345)
        let run = try await store.verify()
        #expect(run.status == 1)
        try expectGolden("verify-damaged", dated(store.normalized(run.output)))
        let document = try await store.verify("--json")
        #expect(document.status == 1)
        try expectGolden("verify-damaged-json", dated(store.normalized(document.output)))
        for noun in ["backups", "objects", "findings", "runs"] {
            let history = try await store.binary("history", noun)
            #expect(history.status == 0)
            try expectGolden("history-\(noun)", dated(columns(store.normalized(history.output))))
        }
    }

    @Test func `a backup that was replaced, sum file and all`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try store.tamper()
        let run = try await store.verify()
        #expect(run.status == 6)
        try expectGolden("verify-tampered", dated(store.normalized(run.output)))
    }

    @Test func `a failure, for people and for programs`() async throws {
        let store = try LocalStore(nil)
        try expectGolden("nothing-there", store.normalized(try await store.verify().errors))
        try expectGolden("nothing-there-json", store.normalized(try await store.verify("--json").output))
    }

    private func dated(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/, with: "DATE")
    }

    /// Tables are as wide as their widest cell, which is a path here.
    private func columns(_ text: String) -> String {
        text.replacing(/[ ]{2,}/, with: "  ").replacing(/^[ ]+RUN/, with: "RUN")
    }
}
