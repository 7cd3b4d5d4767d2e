// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

extension Damage {
    static let postgres: [Damage] = [
        Damage(
            "the manifest of another backup of the same cluster",
            ["WRONG_CLUSTER", "MEMBER_CHECKSUM", "MEMBER_SIZE", "WAL_GAP", "MISSING_MEMBER"]
        ) {
            surgeon, others in
            surgeon.manifest = try BackupSurgeon(copying: others.later, to: "/nowhere").manifest
        },
        Damage("a manifest that names another cluster", ["WRONG_CLUSTER"]) { surgeon in
            surgeon.manifest = surgeon.manifest?.replacing(
                "\"PostgreSQL-Backup-Manifest-Version\": 1,",
                with:
                    "\"PostgreSQL-Backup-Manifest-Version\": 2,\n\"System-Identifier\": 7000000000000000001,")
            surgeon.sealManifest()
        },
        rewritten("a pg_control whose CRC is wrong", ["PG_CONTROL_INVALID"]) { surgeon in
            try surgeon.change("global/pg_control") { $0[40] ^= 1 }
        },
        rewritten("a pg_control of a version to come", ["UNSUPPORTED_FORMAT"], exitStatus: 7) { surgeon in
            try surgeon.change("global/pg_control") {
                $0[8] = 0x6E
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a pg_control of another timeline", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("global/pg_control") {
                $0[48] = 7
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a pg_control in a state that there is not", ["PG_CONTROL_INVALID"]) { surgeon in
            try surgeon.change("global/pg_control") {
                $0[16] = 77
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a pg_control of another cluster", ["WAL_FOREIGN"]) { surgeon in
            try surgeon.change("global/pg_control") {
                $0[0] ^= 1
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a PG_VERSION of another version", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("18\n".utf8) }
        },
        rewritten("a PG_VERSION of a version whose pg_control looks the same", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("13\n".utf8) }
        },
        rewritten("a PG_VERSION of a version to come", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("19\n".utf8) }
        },
        rewritten("a version to come whose pg_control looks the same", ["UNSUPPORTED_FORMAT"], exitStatus: 7)
        {
            surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("19\n".utf8) }
            try surgeon.change("global/pg_control") {
                $0[12] ^= 1
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a PG_VERSION that is none", ["PG_VERSION_INVALID"]) { surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("fifteen\n".utf8) }
        },
        rewritten("a label with a line more", ["BACKUP_LABEL_INVALID"]) { surgeon in
            try surgeon.change("backup_label") { $0 += Array("STANDBY: yes\n".utf8) }
        },
        rewritten("a label with another start", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("backup_label") { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                bytes = Array(
                    text.replacing(/START WAL LOCATION: 0\/[0-9A-F]+/, with: "START WAL LOCATION: 0/28").utf8)
            }
        },
        rewritten("a tablespace map that leads out", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 = Array("../../escaped /some/path\n".utf8) }
        },
        rewritten("a tablespace map with a relative path", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 = Array("16384 relative\n".utf8) }
        },
        rewritten("a tablespace map that knows no tablespace", ["TABLESPACE_MAP"], exitStatus: 0) { surgeon in
            try surgeon.change("tablespace_map") { $0 = [] }
        },
        rewritten("a tablespace map with a tablespace more", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 += Array("16999 /etc\n".utf8) }
        },
        rewritten("a tablespace map with an OID beyond all", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 += Array("4294967296 /srv\n".utf8) }
        },
        rewritten("pages that were damaged before the backup", ["PAGE_CHECKSUM"], level: "inspected") {
            surgeon in
            try surgeon.change(surgeon.largestRelation) { bytes in
                for block in [3, 4, 9] { bytes[block * 8192 + 5000] ^= 1 }
            }
        },
        rewritten("a page in the wrong place", ["PAGE_CHECKSUM"]) { surgeon in
            try surgeon.change(surgeon.largestRelation) { bytes in
                bytes.replaceSubrange(8192..<16384, with: Array(bytes[16384..<24576]))
            }
        },
        rewritten("a page that calls itself new and is not", ["PAGE_CHECKSUM"]) { surgeon in
            try surgeon.change(surgeon.largestRelation) { $0.replaceSubrange(14..<16, with: [0, 0]) }
        },
    ]

    /// A damage that the manifest agrees with.
    private static func rewritten(
        _ name: String, _ findings: Set<String>, exitStatus: Int32 = 1, level: String? = nil,
        _ body: @escaping @Sendable (BackupSurgeon) throws -> Void
    ) -> Damage {
        Damage(name, findings, exitStatus: exitStatus, level: level) {
            try body($0)
            $0.rewriteManifest()
        }
    }

    static let wal: [Damage] = [
        Damage("no WAL, as if taken without", ["WAL_GAP"], exitStatus: 7, level: "checksummed") {
            $0.wal = nil
        },
        Damage("an archive of WAL with nothing in it", ["WAL_GAP"]) { $0.wal?.members = [] },
        Damage("a flipped byte of a record that recovery needs", ["WAL_INVALID"]) { surgeon in
            let start = try Self.startOffset(surgeon)
            surgeon.wal?.members[0].content[start + 30] ^= 1
        },
        Damage(
            "a flipped byte after the end of the backup", [], notes: ["WAL_INVALID"], exitStatus: 0,
            level: "inspected"
        ) { surgeon in
            let last = try #require(surgeon.wal?.members.lastIndex { $0.name.utf8.count == 24 })
            surgeon.wal?.members[last].content[1_000_000] ^= 1
        },
        Damage("a page that goes on with an earlier record where recovery begins", ["WAL_INVALID"]) {
            surgeon in
            let start = try Self.startOffset(surgeon)
            let page = start / 8192 * 8192
            surgeon.wal?.members[0].content[page + 2] |= 1
            surgeon.wal?.members[0].content.replaceSubrange(page + 16..<page + 20, with: [0, 0x1F, 0, 0])
        },
        Damage("an archive of WAL cut before its last segment", ["TRUNCATED_ARCHIVE", "WAL_GAP"]) { surgeon in
            let last = try #require(try Self.segments(surgeon).last)
            guard var rest = surgeon.wal else { return }
            rest.members.removeSubrange(last...)
            rest.tail = []
            surgeon.replacements["pg_wal.tar"] = rest.bytes
        },
        Damage("the first segment missing of several", ["WAL_GAP"]) { surgeon in
            let place = try Self.segments(surgeon)[0]
            surgeon.wal?.members.remove(at: place)
        },
        Damage("a segment missing between others", ["WAL_GAP"]) { surgeon in
            let place = try Self.segments(surgeon)[1]
            surgeon.wal?.members.remove(at: place)
        },
        Damage("the last segment missing of several", ["WAL_GAP"]) { surgeon in
            let place = try #require(try Self.segments(surgeon).last)
            surgeon.wal?.members.remove(at: place)
        },
        Damage("the WAL of a later backup of the same cluster", ["WAL_GAP"]) { surgeon, others in
            surgeon.wal = try BackupSurgeon(copying: others.later, to: "/nowhere").wal
        },
        Damage("WAL in two archives", ["DUPLICATE_MEMBER"]) { surgeon in
            let member = try #require(surgeon.wal?.members[try Self.segments(surgeon)[0]])
            surgeon.add(surgeon.base.newMember("pg_wal/\(member.name)", member.content))
        },
        Damage("WAL of another cluster", ["WAL_FOREIGN"]) { surgeon, others in
            let foreign = try BackupSurgeon(copying: others.foreign, to: "/nowhere")
            let name = surgeon.wal?.members[0].name ?? ""
            surgeon.wal = foreign.wal
            surgeon.wal?.members[0].name = name
            surgeon.wal?.members[0].seal()
        },
        Damage("a segment of WAL under another's name", ["WAL_GAP"]) { surgeon in
            surgeon.wal?.members[0].name = "000000010000000000000099"
            surgeon.wal?.members[0].seal()
        },
        Damage("a file in pg_wal that is no WAL", ["EXTRA_MEMBER"]) { surgeon in
            guard let stranger = surgeon.wal?.newMember("evil", [1]) else { return }
            surgeon.wal?.members.append(stranger)
        },
    ]

    /// Where the segments stand in `pg_wal.tar`, of which there are several.
    private static func segments(_ surgeon: BackupSurgeon) throws -> [Int] {
        let members = try #require(surgeon.wal?.members)
        let places = members.indices.filter { members[$0].name.utf8.count == 24 }
        try #require(places.count >= 3, "the backup has \(places.count) segments of WAL")
        return places
    }

    /// Where in its segment the backup's WAL starts.
    private static func startOffset(_ surgeon: BackupSurgeon) throws -> Int {
        let text = try #require(surgeon.manifest?.firstMatch(of: /"Start-LSN": "[0-9A-F]+\/([0-9A-F]+)"/)?.1)
        return try #require(Int(text, radix: 16)) % (1 << 20)
    }
}
