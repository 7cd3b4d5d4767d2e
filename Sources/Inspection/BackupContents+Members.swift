// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

// What the manifest's list of files says of all objects together.
extension BackupContents {
    /// Those of the manifest's files that two archives hold, and WAL that two hold: which one counts would depend
    /// on the order in which they are unpacked.
    var repeatedMembers: [Finding] {
        var list = FindingList()
        for finding in filesInTwoArchives { list.add(finding) }
        let holdingWAL = objects.filter { $0.source != .directory && $0.wal != nil }
        if holdingWAL.count > 1 { list.add(.repeated("pg_wal", holdingWAL[0].object, holdingWAL[1].object)) }
        return list.all(object: nil)
    }

    private var filesInTwoArchives: some Sequence<Finding> {
        let archives = objects.filter { $0.source != .directory && !$0.seen.isEmpty }
        var findings: [Finding] = []
        guard archives.count > 1, let manifest = plan.manifest else { return findings }
        var holders = [Int](repeating: -1, count: manifest.manifest.files.count)
        for (index, archive) in archives.enumerated() {
            for place in archive.seen {
                let other = holders[Int(place)]
                holders[Int(place)] = index
                guard other >= 0, findings.count < 1000 else { continue }
                let path = manifest.file(at: place).path.description
                findings.append(.repeated(path, archive.object, archives[other].object))
            }
        }
        return findings
    }

    /// Those of the manifest's files that no object held; as many by name as fit.
    var missingMembers: [Finding] {
        guard plan.comparesMembers, let manifest = plan.manifest else { return [] }
        var seen = [Bool](repeating: false, count: manifest.manifest.files.count)
        for object in objects { for place in object.seen { seen[Int(place)] = true } }
        var list = FindingList()
        for (file, isSeen) in zip(manifest.manifest.files, seen) where !isSeen {
            list.add(
                Finding(
                    .missingMember, member: file.path.description, expected: "\(file.size) bytes",
                    found: "nothing", message: "'\(file.path)' is in the manifest and nowhere else"))
        }
        return list.all(object: nil)
    }
}

extension Finding {
    fileprivate static func repeated(_ member: String, _ first: ObjectName, _ second: ObjectName) -> Finding {
        Finding(
            .duplicateMember, object: max(first, second), member: member, expected: "it in one archive",
            found: "it in '\(min(first, second))' too",
            message: "'\(member)' is in '\(min(first, second))' and in '\(max(first, second))'")
    }
}
