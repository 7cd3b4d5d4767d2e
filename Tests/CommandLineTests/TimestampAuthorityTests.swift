// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// What `openssl ts` answers, which is a time stamping authority but for the network.
private struct Authority {
    let folder: OwnedDirectory

    init() async throws {
        folder = try OwnedDirectory()
        try """
        [req]
        distinguished_name = name
        x509_extensions = usage
        prompt = no
        [name]
        CN = test authority
        [usage]
        extendedKeyUsage = critical,timeStamping
        [tsa]
        default_tsa = it
        [it]
        serial = \(folder.path)/serial
        signer_digest = sha256
        default_policy = 1.2.3.4
        digests = sha256
        accuracy = secs:1
        """.write(toFile: "\(folder.path)/c", atomically: true, encoding: .utf8)
        try await run(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-config",
            "\(folder.path)/c", "-days", "30")
    }

    @discardableResult
    func run(_ words: String...) async throws -> String {
        try await Program("sh")(["-ec", "cd \"$0\"; exec openssl \"$@\"", folder.path] + words)
    }

    /// From any thread.
    func answer(_ request: [UInt8], number: Int) throws -> [UInt8] {
        let (asked, answered) = ("\(folder.path)/\(number).tsq", "\(folder.path)/\(number).tsr")
        try Data(request).write(to: URL(filePath: asked))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "ts", "-reply", "-config", "\(folder.path)/c", "-section", "it", "-queryfile", asked, "-signer",
            "\(folder.path)/c.pem", "-inkey", "\(folder.path)/k.pem", "-out", answered,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Array(try Data(contentsOf: URL(filePath: answered)))
    }
}

@Suite("A time stamping authority")
struct TimestampAuthorityTests {
    private let binary: Binary
    private let tree: FileTree

    init() throws {
        (binary, tree) = (try Binary(), try FileTree())
        try BackupSet.tar("20251027T143000").write(to: tree)
    }

    private func run(_ words: String...) async throws -> BinaryRun {
        try await binary.run(words + ["--config", "\(binary.home.path)/c.yaml"])
    }

    private func configure(_ server: ScriptedServer) throws {
        try """
        history: \(binary.home.path)/h.sqlite
        stores:
          shop: { location: \(tree.path), posture: off, prove: { all: { checksummed: 7d } } }
        evidence:
          key: \(binary.home.path)/key
          copies: [ \(binary.home.path)/copies ]
          timestamp: http://127.0.0.1:\(server.port)/tsr
        """.write(toFile: "\(binary.home.path)/c.yaml", atomically: true, encoding: .utf8)
    }

    private struct Audited: Decodable {
        var timestamps: Int
        var lastTimestamp: String?
        var faults: [String]
    }

    @Test func `says when a checkpoint was there, as openssl checks`() async throws {
        let authority = try await Authority()
        let server = try ScriptedServer.start { request in
            guard request.header("Content-Type") == "application/timestamp-query",
                let answer = try? authority.answer(request.body, number: request.number)
            else { return ScriptedReply(status: 400) }
            return .ok(answer, [(name: "Content-Type", value: "application/timestamp-reply")])
        }
        try configure(server)
        let sweep = try await run("sweep")
        #expect(sweep.status == 0 && !sweep.output.contains("stamped"), "\(sweep)")
        let audited = try await run("audit", "verify", "--json").document(Audited.self)
        #expect(audited.timestamps == 1 && audited.lastTimestamp != nil && audited.faults.isEmpty)
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        let bundle = "\(binary.home.path)/b"
        #expect(try await run("audit", "bundle", "--period", "\(year)", "--output", bundle).status == 0)
        let copies = try FileManager.default.contentsOfDirectory(atPath: "\(binary.home.path)/copies")
            .sorted()
        #expect(copies.map { URL(filePath: $0).pathExtension } == ["checkpoint", "tsr"])
        let stem = "\(binary.home.path)/copies/\(copies[0].dropLast(".checkpoint".count))"
        for stem in [stem, "\(bundle)/timestamps/0000000000"] {
            let words = try await authority.run(
                "ts", "-verify", "-data", "\(stem).checkpoint", "-in", "\(stem).tsr", "-CAfile", "c.pem")
            #expect(words.contains("OK"))
        }
        // Nothing came since: nobody is asked again.
        let before = server.exchanges.count
        #expect(before == 1)
    }

    @Test(arguments: ["junk", "500", "other"])
    func `that gives no right answer changes no verdict`(kind: String) async throws {
        let authority = try await Authority()
        let server = try ScriptedServer.start { request in
            switch kind {
            case "junk": return .ok(Array("junk".utf8))
            case "other":
                var asked = request.body
                asked[30] ^= 1
                return .ok((try? authority.answer(asked, number: request.number)) ?? [])
            default: return ScriptedReply(status: 500)
            }
        }
        try configure(server)
        let sweep = try await run("sweep")
        #expect(sweep.status == 0)
        #expect(
            (sweep.output + sweep.errors).contains("no authority has stamped the checkpoint: "), "\(sweep)")
        #expect(try await run("audit", "verify", "--json").document(Audited.self).timestamps == 0)
    }
}
