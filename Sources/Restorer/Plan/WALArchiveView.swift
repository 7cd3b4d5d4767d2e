// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
public import Catalogue
public import Diagnostics
public import ObjectStore
import PrivatePostgres
public import WALArchive

/// What an archive of WAL has for one backup: which timelines, how far, and from when to when it can be recovered.
public struct WALArchiveView: Sendable, Equatable {
    /// One way that recovery can take.
    public struct Way: Sendable, Equatable {
        /// The timeline that it ends on.
        public var timeline: UInt32
        /// How far its segments are there, by their names.
        public var outlook: WALOutlook
        /// From when to when it can be recovered, by its WAL.
        public var window: RecoverableWindow
    }

    /// All that come from the backup, and which of them is followed.
    public var timelines: TimelineDecision
    /// The one that is followed; where only a person can decide, those that can be chosen; none without a route.
    public var ways: [Way]
}

extension WALArchiveView {
    /// Looks at names and histories, and at the WAL around both ends of each way.
    static func look(
        into archive: WALArchive, from end: WALPlace, _ facts: BackupFacts, _ choice: TimelineChoice? = nil,
        stop: RecoveryStop? = nil, segmentSize: UInt32, details: RecoverableWindow.Details
    ) throws(WALArchiveError) -> WALArchiveView {
        let asked: UInt32? = if case .number(let number)? = choice { number } else { nil }
        let survey = try archive.survey(from: end, segmentSize: segmentSize, asked: asked)
        let decision = try archive.decision(survey, choice, stop: stop)
        let ranges = facts.manifest?.walRanges ?? []
        let goal: LogSequenceNumber? = if case .position(let position)? = stop { position } else { nil }
        var view = WALArchiveView(timelines: decision, ways: [])
        for timeline in decision.choices {
            guard let outlook = try archive.outlook(survey, to: timeline, ranges) else { continue }
            let window = try archive.window(
                survey, outlook, to: timeline, ranges, details: details, goal: goal)
            view.ways.append(Way(timeline: timeline, outlook: outlook, window: window))
        }
        return view
    }

    /// Looks for a backup of which nothing is known yet; throws what `restore` would for its plan.
    public static func look(
        at backup: Backup, in store: any ObjectStore, archive: any ObjectStore, withRestorePoints: Bool,
        cancellation: Cancellation
    ) throws(RestoreError) -> WALArchiveView {
        let facts = try BackupFacts.read(backup, in: store, memory: BackupMemory(), readsWAL: true)
        guard let size = facts.segmentSize, let end = facts.endOfWAL else {
            throw .notProven(
                backup.label, reason: "it does not say where in the WAL it lies",
                hint: "has it a backup_label or a manifest?")
        }
        do throws(WALArchiveError) {
            let archive = WALArchive(
                archive, systemIdentifier: facts.systemIdentifier, segmentSize: size,
                cancellation: cancellation)
            return try look(
                into: archive, from: end, facts, segmentSize: size,
                details: withRestorePoints ? .restorePoints : [])
        } catch {
            if case .interrupted(let status) = error { throw .interrupted(status) }
            throw .archiveFailed(
                "looking at the archive of WAL", reason: error.message,
                hint: error.hints.first ?? "is the archive reachable?")
        }
    }
}

extension TimelineDecision {
    /// What can be followed.
    fileprivate var choices: [UInt32] {
        switch outcome {
        case .follow(let timeline, _): [timeline]
        case .ask(let heads): heads
        case .noRoute: []
        }
    }
}
