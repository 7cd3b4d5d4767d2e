// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Digests
import ObjectStore
import TestKit
import Testing

@testable import Restorer

/// A chain of incremental backups beside others, of which some cannot be read.
@Suite struct `The chain of a restore` {
    private let store = MemoryStore()

    /// `4` builds on `3`, which builds on `2`; `1` and `5` are strangers.
    init() {
        put("1", start: "0/1000028")
        put("2", start: "0/2000028")
        put("3", start: "0/3000028", parent: "0/2000028")
        put("4", start: "0/4000028", parent: "0/3000028")
        put("5", start: "0/5000028")
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
        store.put(ObjectName(label + "/PG_VERSION"), "17\n")
        store.put(ObjectName(label + "/backup_label"), text + chain)
        store.put(ObjectName(label + "/backup_manifest"), Self.manifest(start: start))
    }

    private static func manifest(start: String) -> String {
        let body = """
            { "PostgreSQL-Backup-Manifest-Version": 1,
            "Files": [
            { "Path": "PG_VERSION", "Size": 3, "Last-Modified": "2025-10-27 14:30:00 GMT" }
            ],
            "WAL-Ranges": [
            { "Timeline": 1, "Start-LSN": "\(start)", "End-LSN": "\(start.dropLast(3))100" }
            ],

            """
        return body + "\"Manifest-Checksum\": \"\(SHA256.digest(of: Array(body.utf8)).hex)\"}\n"
    }

    /// The store gives no bytes of these backups.
    private func archive(_ labels: String...) {
        store.setFault { request, _ in
            labels.contains { request.name.hasPrefix(ObjectName($0 + "/")) }
                ? .error(.archived(request.name, storageClass: "GLACIER")) : nil
        }
    }

    private func labels() throws -> [String] {
        let backups = try Catalogue.scan(store).backups
        let chosen = try #require(backups.first { $0.label == "4" })
        func facts(_ backup: Backup) throws -> BackupFacts {
            try BackupFacts.read(backup, in: store, memory: BackupMemory())
        }
        let chain = SourceChain(store: store, neighbours: backups, facts: facts)
        return try chain.sources(endingWith: .init(backup: chosen, facts: facts(chosen))).map(\.facts.label)
    }

    @Test func `leads from the full backup to the chosen one`() throws {
        #expect(try labels() == ["2", "3", "4"])
    }

    @Test func `is found beside strangers that cannot be read`() throws {
        archive("1", "5")
        #expect(try labels() == ["2", "3", "4"])
    }

    @Test func `is not called broken while a backup that cannot be read may be part of it`() throws {
        archive("2")
        let error = #expect(throws: RestoreError.self) { try labels() }
        #expect(error?.exitStatus == .inconclusive)
        #expect(error?.message.contains("'2' could not be read") == true, "\(error?.message ?? "")")
    }

    @Test func `is broken when nobody has the next one`() throws {
        store.remove("2/backup_manifest")
        let error = #expect(throws: RestoreError.self) { try labels() }
        #expect(error?.exitStatus == .policyNotMet)
    }
}
