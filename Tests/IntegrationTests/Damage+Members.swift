// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

extension Damage {
    static let members: [Damage] = [
        Damage("nothing at all", [], exitStatus: 0, level: "inspected") { _ in },
        Damage("a file that nobody knows", ["EXTRA_MEMBER"]) {
            $0.add($0.base.newMember("base/5/evil", [1, 2, 3]))
        },
        Damage("a file that nobody knows in a tablespace", ["EXTRA_MEMBER"]) { surgeon in
            let (name, space) = try Self.tablespace(surgeon)
            var archive = space
            archive.members.append(archive.newMember("PG_15_202209061/5/evil", [1]))
            surgeon.others[name] = archive.bytes
        },
        Damage("a tablespace that is not there", ["MISSING_MEMBER"]) { surgeon in
            surgeon.others[try Self.tablespace(surgeon).name] = nil
        },
        Damage("a file in two archives", ["DUPLICATE_MEMBER"]) { surgeon in
            let (name, space) = try Self.tablespace(surgeon)
            let file = try #require(space.members.first { $0.content.count > 0 })
            surgeon.add(
                surgeon.base.newMember("pg_tblspc/\(name.prefix { $0 != "." })/\(file.name)", file.content))
        },
        Damage("a file that is not there", ["MISSING_MEMBER"]) { try $0.remove("pg_xact/0000") },
        Damage("a file one byte longer", ["MEMBER_SIZE"]) {
            try $0.change("base/1/PG_VERSION") { $0.append(10) }
        },
        Damage("a file that is empty", ["MEMBER_SIZE"]) {
            try $0.change("base/1/pg_filenode.map") { $0 = [] }
        },
        Damage("a file shorter by a block", ["MEMBER_SIZE", "PAGE_CHECKSUM"]) { surgeon in
            try surgeon.change(surgeon.largestRelation) { $0.removeLast(512) }
        },
        Damage("two files with other bytes", ["MEMBER_CHECKSUM"]) { surgeon in
            try surgeon.change("base/1/PG_VERSION") { $0[0] ^= 1 }
            try surgeon.change("pg_hba.conf") { $0[100] ^= 1 }
        },
        Damage("settings that somebody edited", ["MEMBER_SIZE"]) {
            try $0.change("postgresql.auto.conf") {
                $0 += Array("restore_command = 'touch /tmp/owned'\n".utf8)
            }
        },
        Damage(
            "settings that pg_basebackup appended", ["RECOVERY_SETTINGS_ADDED"], exitStatus: 0,
            level: "inspected"
        ) {
            try $0.change("postgresql.auto.conf") { $0 += Array("primary_conninfo = 'user=postgres'\n".utf8) }
            $0.add($0.base.newMember("standby.signal", []))
        },
        Damage("a signal file that nobody ordered", ["EXTRA_MEMBER"]) {
            $0.add($0.base.newMember("recovery.signal", []))
        },
        Damage("a mode that lets others in", ["MODE_UNEXPECTED"], exitStatus: 0) { surgeon in
            surgeon.base.members[5].set(100..<108, "0004777 ")
            surgeon.base.members[5].seal()
        },
        Damage("a manifest with a line more", ["MANIFEST_CHECKSUM"]) { $0.manifest? += "\n" },
        Damage("a manifest whose checksum is another's", ["MANIFEST_CHECKSUM"]) {
            $0.manifest = $0.manifest?.replacing("CRC32C", with: "CRC32D", maxReplacements: 1)
        },
        Damage("no manifest", ["MANIFEST_MISSING"], exitStatus: 0, level: "inspected") { $0.manifest = nil },
    ]

    private static func tablespace(_ surgeon: BackupSurgeon) throws -> (name: String, archive: TarFile) {
        let (name, bytes) = try #require(surgeon.others.first { $0.key.hasSuffix(".tar") })
        return (name, TarFile(bytes))
    }
}
