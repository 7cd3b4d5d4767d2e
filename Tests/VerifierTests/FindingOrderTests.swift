// SPDX-License-Identifier: Apache-2.0
import AuditModel
import TestKit
import Testing

@testable import Verifier

@Suite struct `Findings of which there are too many to tell each` {
    /// An archive without members, and a manifest of 600 files.
    private let set = BackupSet(
        folder: "20251027T143000/",
        objects: [
            "base.tar": [UInt8](repeating: 0, count: 1024),
            "backup_manifest": Manifest.of(
                Dictionary(uniqueKeysWithValues: (0..<600).map { (ObjectName("base/5/\($0)"), [1]) })),
        ])

    @Test func `are counted after those that are told`() throws {
        let world = try World(set)
        for _ in 0..<2 {
            let findings = try world.verify(level: .inspected).findings
            let missing = findings.indices.filter { findings[$0].code == .missingMember }
            let count = try #require(missing.first { findings[$0].standsForOthers })
            #expect(missing.count == 501 && count == missing.last)
            #expect(findings[count].message == "and 100 more of this kind (MISSING_MEMBER)")
        }
    }
}
