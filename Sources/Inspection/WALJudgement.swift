// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// Whether the WAL in the backup takes recovery to its end.
struct WALJudgement {
    private(set) var findings: [Finding] = []
    private(set) var isComplete = false
    /// Of the object that WAL was read from last.
    let reader: WALReader?

    private let object: ObjectName?

    init(_ contents: BackupContents, _ identity: BackupIdentity, hasOwnArchive: Bool) {
        let holder = contents.objects.filter { $0.wal != nil }.max { left, right in
            left.object < right.object
        }
        reader = holder?.wal
        object = holder?.object ?? contents.objects.first { $0.source == .wal }?.object
        let manifest = contents.plan.manifest
        let reader = reader ?? WALReader(ranges: manifest?.walRanges, systemIdentifier: nil)
        if let system = identity.control?.systemIdentifier ?? manifest?.systemIdentifier,
            let found = reader.systemIdentifier, system != found
        {
            // Whatever else is wrong with it follows from that.
            findings = [foreign(system, found)]
            return
        }
        // That is told with what names the version.
        if identity.isOfUnknownVersion { return }
        if let major = identity.clusterVersion, let found = reader.majorVersion, major != found {
            findings = [ofOtherVersion(major, found)]
            return
        }
        if let control = identity.control, control.walBlockSize != WALReader.blockSize {
            findings = [
                unknown("its pages have \(control.walBlockSize) bytes, as no usual PostgreSQL makes them")
            ]
            return
        }
        findings = reader.faults.map { finding($0) }
        if let fault = reader.beyond { findings.append(beyond(fault)) }
        // Where an archive broke off, nobody knows what came after.
        let isWhole = contents.objects.allSatisfy(\.isWhole)
        switch reader.outcome(start: identity.label?.start) {
        case .complete:
            let fault = contents.plan.laterTimeline.flatMap { history(of: $0, contents) }
            isComplete = fault == nil
            findings += [fault].compactMap(\.self)
        case .absent where !isWhole, .gap where !isWhole:
            findings.append(unknown("an archive is not whole, and WAL may have followed"))
        case .absent: findings.append(absent(contents, manifest, hasOwnArchive))
        case .gap(let segments): findings.append(gap(segments))
        case .faulty where reader.faults.isEmpty: findings.append(endsEarly(reader))
        case .faulty: break
        case .unknown(let reason): findings.append(unknown(reason))
        }
    }

    private func finding(_ fault: WALFault) -> Finding {
        let isForeign = fault.kind == .foreign
        return Finding(
            isForeign ? .walForeign : .walInvalid, object: object, member: "pg_wal/\(fault.segment)",
            expected: fault.expected, found: fault.found,
            message:
                "\(isForeign ? "WAL of another history" : "WAL is damaged") at \(fault.position) in \(fault.segment): expected \(fault.expected), found \(fault.found)"
        )
    }

    /// Recovery of the backup ends before it, so it is told and is no damage.
    private func beyond(_ fault: WALFault) -> Finding {
        Finding(
            .walInvalid, .note, object: object, member: "pg_wal/\(fault.segment)", expected: fault.expected,
            found: fault.found,
            message:
                "beyond the end of the backup WAL is not sound, at \(fault.position) in \(fault.segment): expected \(fault.expected), found \(fault.found); recovery of the backup does not need it"
        )
    }

    /// WAL that never was there is no damage: an archive may have it.
    private func absent(_ contents: BackupContents, _ manifest: BackupManifest?, _ hasOwnArchive: Bool)
        -> Finding
    {
        let ranges = manifest?.walRanges.map { "\($0.start) to \($0.end) of timeline \($0.timeline)" } ?? []
        let needed = ranges.isEmpty ? "its WAL" : "WAL from \(ranges.listed)"
        if hasOwnArchive {
            return Finding(
                .walGap, object: object, expected: needed, found: "nothing",
                message: "pg_wal.tar holds no WAL: recovery needs \(needed)")
        }
        return Finding(
            .walGap, .warning, expected: needed, found: "nothing",
            message:
                "there is no WAL in the backup (--wal-method=none): recovery needs \(needed) from an archive")
    }

    private func gap(_ segments: [WALFileName]) -> Finding {
        let names = segments.map(\.description).listed
        return Finding(
            .walGap, object: object, expected: names, found: "nothing",
            message: "WAL segments that recovery needs are missing: \(names)")
    }

    /// What keeps recovery from following the WAL to a later timeline: only where its history leads, PostgreSQL goes
    /// (`tliOfPointInHistory` in src/backend/access/transam/timeline.c).
    private func history(of timeline: UInt32, _ contents: BackupContents) -> Finding? {
        let name = TimelineHistory.name(of: timeline)
        let holder = contents.objects.first { $0.captured[.history(timeline)] != nil }
        guard let bytes = holder?.captured[.history(timeline)] else {
            guard contents.objects.allSatisfy(\.isWhole) else { return nil }
            return Finding(
                .walGap, object: object, member: "pg_wal/\(name)", expected: name, found: "nothing",
                message: "the backup ends on timeline \(timeline), whose history '\(name)' is missing")
        }
        let ranges = contents.plan.manifest?.walRanges.filter { $0.timeline < timeline } ?? []
        do throws(FormatError) {
            let branches = try TimelineHistory.parse(bytes, timeline: timeline).branches
            guard
                let lost = ranges.first(where: { range in
                    !branches.contains { $0.timeline == range.timeline && $0.end == range.end }
                })
            else { return nil }
            let expected = "timeline \(lost.timeline) left at \(lost.end)"
            return invalid(name, in: holder, expected: expected, found: "another history")
        } catch {
            return invalid(
                name, in: holder, expected: "the history of timeline \(timeline)", found: error.message)
        }
    }

    private func invalid(
        _ name: String, in holder: ObjectContents?, expected: String, found: String
    ) -> Finding {
        Finding(
            .walInvalid, object: holder?.object, member: "pg_wal/\(name)", expected: expected, found: found,
            message: "'\(name)' does not lead through the backup: expected \(expected), found \(found)")
    }

    private func endsEarly(_ reader: WALReader) -> Finding {
        let place = reader.soundUpTo.map { "\($0)" } ?? "its start"
        return Finding(
            .walInvalid, object: object, expected: "records up to the end of the backup",
            found: "the last at \(place)", message: "WAL ends at \(place), before the backup does")
    }

    private func unknown(_ reason: String) -> Finding {
        Finding(
            .walGap, .warning, object: object,
            message: "whether the WAL reaches the end of the backup cannot be told: \(reason)")
    }

    private func ofOtherVersion(_ expected: Int, _ found: Int) -> Finding {
        Finding(
            .walForeign, object: object, expected: "PostgreSQL \(expected)", found: "\(found)",
            message: "the WAL is of PostgreSQL \(found), the backup of \(expected)")
    }

    private func foreign(_ expected: UInt64, _ found: UInt64) -> Finding {
        Finding(
            .walForeign, object: object, expected: "\(expected)", found: "\(found)",
            message: "the WAL is of cluster \(found), the backup of \(expected)")
    }
}
