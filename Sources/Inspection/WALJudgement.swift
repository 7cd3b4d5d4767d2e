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

    /// `isElsewhere` says that the folder of WAL is a link that leads to where nothing is read.
    init(
        _ contents: BackupContents, _ identity: BackupIdentity, hasOwnArchive: Bool, isElsewhere: Bool = false
    ) {
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
            findings = [finding(.ofCluster(found, expected: system))]
            return
        }
        // That is told with what names the version.
        if identity.isOfUnknownVersion { return }
        if let major = identity.clusterVersion, let found = reader.majorVersion, major != found {
            findings = [finding(.ofVersion(found, expected: major))]
            return
        }
        if let control = identity.control, control.walBlockSize != WALReader.blockSize {
            findings = [finding(.untold(.unusualPages(control.walBlockSize)))]
            return
        }
        findings = reader.faults.map { finding($0) }
        if let fault = reader.beyond { findings.append(beyond(fault)) }
        if identity.isColdCopy, let control = identity.control, reader.faults.isEmpty {
            judgeStart(of: control, reader, contents, isElsewhere: isElsewhere)
        } else {
            judgeReach(of: reader, contents, identity, hasOwnArchive: hasOwnArchive)
        }
    }

    /// Whether a server that was shut down starts again with it.
    private mutating func judgeStart(
        of control: ControlFile, _ reader: WALReader, _ contents: BackupContents, isElsewhere: Bool
    ) {
        let need = control.neededAfterShutdown
        isComplete = reader.reaches(from: need.lowerBound, upTo: need.upperBound)
        if isComplete { return }
        if !contents.objects.allSatisfy(\.isWhole) {
            findings.append(finding(.untold(.brokenArchive)))
        } else if isElsewhere, self.reader == nil {
            findings.append(absent(contents, false))
        } else if let end = reader.soundUpTo, end > control.checkpoint,
            reader.reaches(from: need.lowerBound, upTo: control.checkpoint)
        {
            findings.append(finding(.endsEarly(at: "\(end)")))
        } else {
            findings.append(finding(.noCheckpoint("\(control.checkpoint)")))
        }
    }

    /// Whether it goes as far as recovery needs it.
    private mutating func judgeReach(
        of reader: WALReader, _ contents: BackupContents, _ identity: BackupIdentity, hasOwnArchive: Bool
    ) {
        // Where an archive broke off, nobody knows what came after.
        let isWhole = contents.objects.allSatisfy(\.isWhole)
        switch reader.outcome(start: identity.label?.start) {
        case .complete:
            let fault = contents.plan.laterTimeline.flatMap { history(of: $0, contents) }
            isComplete = fault == nil
            findings += [fault].compactMap(\.self)
        case .absent where !isWhole, .gap where !isWhole:
            findings.append(finding(.untold(.brokenArchive)))
        case .absent: findings.append(absent(contents, hasOwnArchive))
        case .gap(let segments): findings.append(finding(.gap(Sample(segments.map(\.description)))))
        case .faulty where reader.faults.isEmpty:
            findings.append(finding(.endsEarly(at: reader.soundUpTo.map { "\($0)" })))
        case .faulty: break
        case .unknown(let reason): findings.append(finding(.untold(.other(reason))))
        }
    }

    private func finding(_ fault: WALFault) -> Finding {
        let fact = Finding.WALFact.Fault(fault)
        return finding(
            fault.kind == .foreign ? .foreign(fact) : .invalid(fact), member: "pg_wal/\(fault.segment)")
    }

    /// Recovery of the backup ends before it, so it is told and is no damage.
    private func beyond(_ fault: WALFault) -> Finding {
        finding(.invalidBeyondEnd(Finding.WALFact.Fault(fault)), member: "pg_wal/\(fault.segment)")
    }

    /// WAL that never was there is no damage: an archive may have it.
    private func absent(_ contents: BackupContents, _ hasOwnArchive: Bool) -> Finding {
        let stretches = (contents.plan.manifest?.walRanges ?? []).map {
            Finding.WALStretch(from: "\($0.start)", to: "\($0.end)", timeline: $0.timeline)
        }
        let fact = Finding.WALFact.absent(needed: Sample(stretches), hasOwnArchive: hasOwnArchive)
        return hasOwnArchive ? finding(fact) : Finding(.wal(fact))
    }

    private func finding(_ fact: Finding.WALFact, member: String? = nil) -> Finding {
        Finding(.wal(fact), object: object, member: member)
    }

    // MARK: History

    /// What keeps recovery from following the WAL to a later timeline: only where its history leads, PostgreSQL goes
    /// (`tliOfPointInHistory` in src/backend/access/transam/timeline.c).
    private func history(of timeline: UInt32, _ contents: BackupContents) -> Finding? {
        let name = TimelineHistory.name(of: timeline)
        let holder = contents.objects.first { $0.captured[.history(timeline)] != nil }
        guard let bytes = holder?.captured[.history(timeline)] else {
            guard contents.objects.allSatisfy(\.isWhole) else { return nil }
            return finding(.history(name: name, .missing(timeline: timeline)), member: "pg_wal/\(name)")
        }
        let ranges = contents.plan.manifest?.walRanges.filter { $0.timeline < timeline } ?? []
        guard let fault = Self.fault(in: bytes, of: timeline, through: ranges) else { return nil }
        return Finding(
            .wal(.history(name: name, fault)), object: holder?.object, member: "pg_wal/\(name)")
    }

    private static func fault(
        in history: [UInt8], of timeline: UInt32, through ranges: [WALRange]
    ) -> Finding.WALFact.HistoryFault? {
        do throws(FormatError) {
            let branches = try TimelineHistory.parse(history, timeline: timeline).branches
            let lost = ranges.first { range in
                !branches.contains { $0.timeline == range.timeline && $0.end == range.end }
            }
            return lost.map {
                .elsewhere(expected: Finding.WALPosition("\($0.end)", timeline: $0.timeline))
            }
        } catch {
            return .invalid(timeline: timeline, reason: error.message)
        }
    }
}

extension Finding.WALFact.Fault {
    fileprivate init(_ fault: WALFault) {
        self.init(
            segment: "\(fault.segment)", position: "\(fault.position)", expected: fault.expected,
            found: fault.found)
    }
}
