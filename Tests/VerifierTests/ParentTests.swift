// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore
import TestKit
import Testing

@testable import Verifier

/// An incremental backup and those beside it in its store, of which some cannot be read.
@Suite struct ParentTests {
    private let world: World

    /// `20250101` is a stranger, `20250102` the parent of `20250103`, and `20250104` another stranger.
    init() throws {
        world = try World()
        put("20250101", start: "0/1000028")
        put("20250102", start: "0/2000028")
        put("20250103", start: "0/3000028", parent: "0/2000028")
        put("20250104", start: "0/4000028")
    }

    private func put(_ label: String, start: String, parent: String? = nil) {
        let segment = "00000001000000000000000\(start.dropFirst(2).prefix(1))"
        let chain = parent.map { "INCREMENTAL FROM LSN: \($0)\nINCREMENTAL FROM TLI: 1\n" } ?? ""
        let text = """
            START WAL LOCATION: \(start) (file \(segment))
            CHECKPOINT LOCATION: \(start)
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2025-10-27 14:30:00 GMT
            LABEL: base
            START TIMELINE: 1

            """
        let files: [ObjectName: [UInt8]] = [
            "PG_VERSION": Array("17\n".utf8), "backup_label": Array((text + chain).utf8),
        ]
        for (name, bytes) in files { world.store.put(ObjectName(label + "/") + name, bytes) }
        world.store.put(
            ObjectName(label + "/backup_manifest"),
            Manifest.of(files, start: start, end: start.dropLast(3) + "100"))
    }

    /// The store gives no bytes of these backups.
    private func archive(_ labels: String...) {
        world.store.setFault { request, _ in
            labels.contains { request.name.hasPrefix(ObjectName($0 + "/")) }
                ? .error(.coldStorage(request.name, storageClass: "GLACIER")) : nil
        }
    }

    /// What is said of `20250103`'s parent, when it is verified alone.
    private func findings() throws -> [Finding] {
        let report = try #require(try world.verify("20250103", level: .inspected).backups.first)
        return report.findings.filter { $0.object == nil && $0.message.contains("builds") }
    }

    @Test func `a parent that is there is found`() throws {
        #expect(try findings() == [])
    }

    @Test func `a stranger that cannot be read does not keep the parent from being found`() throws {
        archive("20250101", "20250104")
        let findings = try findings()
        #expect(findings == [])
    }

    @Test func `a stranger between a child and its parent is a note`() throws {
        put("20250101", start: "0/2000028")
        put("20250102", start: "0/2800028")
        archive("20250102")
        let findings = try findings()
        #expect(!findings.contains { $0.severity == .error }, "\(findings)")
        let note = try #require(findings.first { $0.severity == .note })
        #expect(note.code == .archivedObject && note.message.contains("'20250102' could not be read"))
    }

    @Test func `a parent among those that cannot be read is inconclusive, and not missing`() throws {
        archive("20250101", "20250102")
        let findings = try findings()
        let doubt = try #require(findings.first { $0.severity == .error })
        #expect(doubt.code == .archivedObject && doubt.message.contains("and 1 other"), "\(findings)")
        #expect(!findings.contains { $0.code == .missingParent })
    }

    @Test func `a parent that nobody has is missing`() throws {
        world.store.remove("20250102/backup_manifest")
        #expect(try findings().map(\.code) == [.missingParent])
    }

    @Test func `what the store refuses once is not asked for again in the same run`() throws {
        put("20250105", start: "0/5000028", parent: "0/2000028")
        archive("20250101", "20250102", "20250104")
        world.store.forgetRequests()
        try world.verify("20250103", "20250105", level: .inspected)
        let asked = world.store.requests.filter { $0.name == "20250101/backup_manifest" }
        #expect(asked.count == 1)
    }
}
