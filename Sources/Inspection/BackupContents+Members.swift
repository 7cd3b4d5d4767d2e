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
        guard archives.count > 1, let files = plan.manifest?.files else { return findings }
        var holders = [Int32](repeating: -1, count: files.count)
        for (index, archive) in archives.enumerated() {
            for place in archive.seen {
                let other = Int(holders[Int(place)])
                holders[Int(place)] = Int32(clamping: index)
                guard other >= 0, findings.count < 1000 else { continue }
                let path = files[Int(place)].path.description
                findings.append(.repeated(path, archive.object, archives[other].object))
            }
        }
        return findings
    }

    /// Those of the manifest's files that no object held; as many by name as fit.
    var missingMembers: [Finding] {
        guard plan.comparesMembers, let files = plan.manifest?.files else { return [] }
        var seen = [Bool](repeating: false, count: files.count)
        for object in objects { for place in object.seen { seen[Int(place)] = true } }
        var list = FindingList()
        for place in seen.indices where !seen[place] {
            let file = files[place]
            list.add(
                Finding(.member(.missing(size: file.size)), member: file.path.description))
        }
        return list.all(object: nil)
    }
}

extension Finding {
    fileprivate static func repeated(_ member: String, _ first: ObjectName, _ second: ObjectName) -> Finding {
        Finding(.member(.repeated(in: min(first, second))), object: max(first, second), member: member)
    }
}
