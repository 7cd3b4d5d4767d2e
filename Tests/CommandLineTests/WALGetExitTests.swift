// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("what wal-get ends with")
struct WALGetExitTests {
    private static let maker = WALMaker()
    private static let segment = maker.segments(1)[0]

    /// A bucket with one segment in it, and the program beside it.
    private struct Scene {
        let bucket: ScriptedBucket
        var binary: Binary

        init(hook: @escaping ScriptedBucket.Hook = { $1 }) throws {
            let name = ObjectName("wal/\(maker.name(0))")
            bucket = try ScriptedBucket.start([name: segment], hook: hook)
            binary = try Binary()
            binary.environment["AWS_ACCESS_KEY_ID"] = "key"
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
        }

        func get(_ name: String, _ options: String...) async throws -> BinaryRun {
            try await binary.run(
                ["wal-get", "s3://bucket/wal", name, "out", "--endpoint", bucket.endpoint] + options)
        }

        /// Whether nothing is left but what was there before.
        var isClean: Bool {
            let names = try? FileManager.default.contentsOfDirectory(atPath: binary.home.path)
            return names?.allSatisfy { $0 == "state" } == true
        }
    }

    @Test func `is 0 for a segment and 9 for what is surely not there`() async throws {
        let scene = try Scene()
        let got = try await scene.get(Self.maker.name(0))
        #expect(got.status == 0 && got.stdout.isEmpty && got.stderr.isEmpty, "\(got)")
        let path = "\(scene.binary.home.path)/out"
        #expect(try Array(Data(contentsOf: URL(filePath: path))) == Self.segment)
        try FileManager.default.removeItem(atPath: path)
        for name in [Self.maker.name(1), "00000002.history"] {
            let absent = try await scene.get(name)
            #expect(absent.status == 9 && absent.stdout.isEmpty && absent.stderr.isEmpty, "\(absent)")
        }
        #expect(scene.isClean)
        #expect(scene.bucket.requests.count < 12)
    }

    /// What a server does to listings or to objects.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status: Int32 = 126
        var hook: ScriptedBucket.Hook
    }

    static let faults = [
        Fault(testDescription: "403 for everything") { _, _ in .status(403) },
        Fault(testDescription: "403 for listings") { request, reply in
            request.parameter("list-type") == nil ? reply : .status(403)
        },
        Fault(testDescription: "403 for objects") { request, reply in
            request.parameter("list-type") == nil ? .status(403) : reply
        },
        Fault(testDescription: "404 for the bucket") { _, _ in
            .status(404, "<Error><Code>NoSuchBucket</Code></Error>")
        },
        Fault(testDescription: "404 for listings") { request, reply in
            request.parameter("list-type") == nil ? reply : .status(404)
        },
        Fault(testDescription: "404 for objects that are listed") { request, reply in
            request.parameter("list-type") == nil ? .status(404) : reply
        },
        Fault(testDescription: "500 for everything") { _, _ in .status(500) },
        Fault(testDescription: "connections cut at once") { _, _ in .raw(.cut) },
        Fault(testDescription: "objects cut short for ever") { request, reply in
            request.parameter("list-type") == nil ? reply.with(body: []).cut(after: 0) : reply
        },
        Fault(testDescription: "a web page for everything") { _, _ in
            .ok(Array("<html>Welcome to the hotel</html>".utf8))
        },
        Fault(testDescription: "an empty listing") { request, reply in
            guard request.parameter("list-type") != nil else { return reply }
            return .ok(Array("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>".utf8))
        },
    ]

    @Test(arguments: faults) func `is 126 when the store fails, whatever is asked for`(fault: Fault)
        async throws
    {
        let scene = try Scene(hook: fault.hook)
        let run = try await scene.get(Self.maker.name(0))
        #expect(run.status == fault.status && run.errors.hasPrefix("error: "), "\(run)")
        #expect(run.errors.contains("HINT") && scene.isClean)
        if fault.testDescription.contains("objects") { return }
        let absent = try await scene.get(Self.maker.name(1))
        #expect(absent.status == fault.status, "\(absent)")
    }

    @Test(arguments: [
        ["wal-get"], ["wal-get", "/x"], ["wal-get", "/x", "000000010000000000000003"],
        ["wal-get", "/nowhere/at/all", "000000010000000000000003", "out"],
        ["wal-get", "ftp://x", "000000010000000000000003", "out"],
        ["wal-get", ".", "00000001000000000000000x", "out"], ["wal-get", ".", "../etc/passwd", "out"],
        ["wal-get", ".", "000000010000000000000003", "out", "more"],
        ["wal-get", ".", "000000010000000000000003", "out", "--no-such-option"],
        ["wal-get", ".", "000000010000000000000003", "out", "--segment-size", "big"],
        ["wal-get", ".", "000000010000000000000003", "out", "--profile", "nobody"],
        ["wal-get", "s3://b", "000000010000000000000003", "out"],
        ["wal-get", ".", "000000010000000000000003", "out", "--json"],
        ["wal-get", "--socket", "nobody.socket", "000000010000000000000003", "out"],
        ["wal-get", "--socket", "nobody.socket", ".", "000000010000000000000003", "out"],
    ])
    func `is 126 for whatever is wrong with the line in restore_command`(words: [String]) async throws {
        var binary = try Binary()
        binary.environment["AWS_EC2_METADATA_DISABLED"] = "true"
        let run = try await binary.run(words)
        #expect(run.status == 126, "\(run)")
        #expect(!run.errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(binary.home.path)/out"))
    }

    @Test(arguments: [143, 130] as [Int32])
    func `is that of the signal, and nothing is left behind`(status: Int32) async throws {
        let scene = try Scene { request, reply in
            request.parameter("list-type") == nil ? reply.stalled(after: 100, seconds: 600) : reply
        }
        let words = ["wal-get", "s3://bucket/wal", Self.maker.name(0), "out"]
        let run = try await scene.binary.run(words + ["--endpoint", scene.bucket.endpoint]) { process in
            while !scene.bucket.requests.contains(where: { $0.parameter("list-type") == nil }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(300))
            try process.send(status == 143 ? .terminate : .interrupt)
        }
        #expect(run.status == status && scene.isClean, "\(run)")
    }

    @Test func `is 5 for a standby whose store fails, and 126 for damage all the same`() async throws {
        let scene = try Scene { _, _ in .status(403) }
        let failing = try await scene.get(Self.maker.name(0), "--standby")
        #expect(failing.status == 5 && failing.errors.hasPrefix("error: "), "\(failing)")
        let damaged = try Scene { request, reply in
            request.parameter("list-type") == nil ? reply.with(body: Self.segment.map { _ in 7 }) : reply
        }
        let run = try await damaged.get(Self.maker.name(0), "--standby")
        #expect(run.status == 126 && run.errors.contains("is damaged"), "\(run)")
        #expect(scene.isClean && damaged.isClean)
    }

    @Test func `stands in the document, too`() async throws {
        let scene = try Scene()
        let got = try await scene.get(Self.maker.name(0), "--json")
        #expect(got.output.contains("\"schema\" : \"pg_backctl.wal-get/1\"") && got.status == 0)
        let absent = try await scene.get(Self.maker.name(1), "--json")
        #expect(absent.output.contains("\"exitStatus\" : 9") && absent.status == 9)
    }
}

@Suite("wal-get with a spool")
struct WALGetSpoolTests {
    @Test func `finds the next segments at hand, and waits for nobody`() async throws {
        let maker = WALMaker()
        let segments = maker.segments(6)
        let tree = try FileTree()
        for index in 0..<6 { try tree.write(ObjectName(maker.name(index)), segments[index]) }
        let binary = try Binary()
        let spool = "\(binary.home.path)/spool"
        func waiting() -> [String] {
            let names = try? FileManager.default.contentsOfDirectory(atPath: spool)
            return (names ?? []).filter { $0.utf8.count == 24 }.sorted()
        }
        func get(_ index: Int) async throws {
            let run = try await binary(
                "wal-get", tree.path, maker.name(index), "out", "--spool", spool, "--ahead", "3")
            #expect(run.status == 0 && run.stderr.isEmpty, "\(run)")
            let out = try Data(contentsOf: URL(filePath: "\(binary.home.path)/out"))
            #expect(Array(out) == segments[index])
        }
        try await get(0)
        for _ in 0..<3000 where waiting().count < 3 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(waiting() == (1...3).map(maker.name))
        // Taken from the spool: the archive has it no more.
        try tree.remove(ObjectName(maker.name(1)))
        try await get(1)
        #expect(!waiting().contains(maker.name(1)))
        try await get(3)
        #expect(waiting().allSatisfy { $0 > maker.name(3) })
    }
}
