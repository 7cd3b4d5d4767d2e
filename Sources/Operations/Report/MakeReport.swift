// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import Files
import History
import Planning
public import Reports
public import Settings

/// Which report is wanted, and where to.
public struct ReportOrder: Sendable {
    /// What it is about.
    public var period: ReportPeriod
    /// Which questions it answers.
    public var kind = ReportKind.compliance
    /// Of which backup it tells, for that kind: its folder below the store.
    public var backup: String?
    /// The frameworks that it is held to, by their ids; all that are known for none.
    public var frameworks: [String] = []
    /// Files of a team's own frameworks.
    public var frameworkFiles: [String] = []
    /// In which forms; each is a file.
    public var formats: [ReportFormat]
    /// The directory that the files are put into; it is made where it is missing.
    public var folder: String
    /// What the names of the files begin with; the kind for none.
    public var name: String?

    /// With all frameworks that come with the program.
    public init(_ period: ReportPeriod, as formats: [ReportFormat], into folder: String) {
        (self.period, self.formats, self.folder) = (period, formats, folder)
    }
}

/// Makes a report of what the history tells of a period, and writes it.
///
/// Asks no store anything: what was proven then is in the history.
public struct MakeReport: Sendable {
    private let order: ReportOrder
    private let configuration: Configuration
    private let memory: Memory
    private let context: OperationContext

    /// Throws where no history is kept: nothing is known of any period.
    public init(
        _ order: ReportOrder, _ configuration: Configuration, _ memory: Memory, _ context: OperationContext
    ) throws {
        guard memory.history != nil else { throw OperationError.noPlaceForHistory }
        guard !order.folder.hasPrefix("s3://") else {
            throw OperationError.usage(
                "reports are not written into buckets: '\(ObjectName(order.folder))'",
                hint: "name a directory.")
        }
        (self.order, self.configuration, self.memory) = (order, configuration, memory)
        self.context = context
    }

    /// The report, and the files that hold it, in the order of the formats; each was put there in one step.
    public func make() throws -> MadeReport {
        let report = try report()
        return MadeReport(
            report: report, files: try order.formats.map { try write(file(of: report, as: $0)) })
    }

    /// The report, and what its files are to hold, in the order of the formats.
    func rendered() throws -> (report: Report, files: [(name: String, bytes: [UInt8])]) {
        let report = try report()
        return (report, try order.formats.map { try file(of: report, as: $0) })
    }

    private func report() throws -> Report {
        let facts = try facts()
        switch order.kind {
        case .compliance:
            let frameworks = try FrameworkCatalogue(adding: order.frameworkFiles.map(Self.file))
                .chosen(order.frameworks)
            return .compliance(ComplianceReport(facts, frameworks))
        case .inventory: return .inventory(InventoryReport(facts))
        case .incident: return .incident(IncidentReport(facts))
        case .backup:
            let label = order.backup ?? ""
            guard let report = BackupReport(of: label, facts) else {
                throw OperationError.nothingRecorded(
                    "record of a backup '\(ObjectName(label))' in the period",
                    hints: [
                        "`pg_backctl history backups` shows the labels; give one as it stands there below its store."
                    ])
            }
            return .backup(report)
        }
    }

    private func file(of report: Report, as format: ReportFormat) throws -> (name: String, bytes: [UInt8]) {
        (report.fileName(as: format, named: order.name), try report.bytes(as: format, in: order.period.zone))
    }

    private func write(_ file: (name: String, bytes: [UInt8])) throws -> String {
        let path = order.folder.hasSuffix("/") ? order.folder + file.name : "\(order.folder)/\(file.name)"
        do throws(SystemError) {
            try FileDescriptor(makingFolderAt: order.folder, mode: 0o755).replaceFile(
                file.name, with: file.bytes, mode: 0o644)
        } catch {
            throw OperationError.unwritable(path, reason: error.text)
        }
        return path
    }

    private static func file(_ path: String) throws -> (name: String, bytes: [UInt8]) {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try FileDescriptor(file: path).content(limit: 1 << 20)
        } catch {
            throw OperationError.usage(
                "'\(ObjectName(path))' cannot be read: \(error.text)", hint: "--framework-file names a file.")
        }
        guard let bytes else {
            throw OperationError.usage(
                "'\(ObjectName(path))' is no file of frameworks", hint: "such a file has a few kilobytes.")
        }
        return (path, bytes)
    }
}

// MARK: What the history tells
extension MakeReport {
    private func facts() throws -> ReportFacts {
        let (period, read) = (order.period, ReadHistory(memory))
        let since = HistoryFilter(since: period.from)
        var facts = ReportFacts(
            period, made: context.clock.now, toolVersion: context.toolVersion, toolDigest: digest,
            stores: configuration.stores.map { ReportedStore($0, in: configuration, context) })
        facts.sweeps =
            try memory.history?.sweepsToCount(
                from: period.from, to: period.to,
                at: Dictionary(facts.stores.map { ($0.name, $0.location) }) { first, _ in first }) ?? []
        facts.damage = try memory.history?.damage(from: period.from, to: period.to) ?? []
        // Of one that went over the end of a period both periods tell.
        let early = HistoryFilter(since: period.from.advanced(bySeconds: -Self.longestRestore))
        facts.trials = try read.trials(early).filter { line in
            period.contains(line.start.started) || line.end.map { period.contains($0.ended) } ?? false
        }.reversed()
        facts.restores = try read.restores(early).filter { line in
            period.contains(line.start.started) || line.end.map { period.contains($0.ended) } ?? false
        }.reversed()
        facts.incidents = try memory.history?.incidents(from: period.from, to: period.to) ?? []
        let events = try (memory.history?.events(since) ?? []).filter { period.contains($0.at) }
        let decisions = try memory.history?.decisions(from: period.from, to: period.to) ?? []
        let changes = try memory.history?.changes(from: period.from, to: period.to) ?? []
        facts.events = (events + decisions + changes).sorted { $0.at < $1.at }
        facts.givenUp = try (memory.history?.givenUpSlots(since: period.from) ?? [])
            .filter { period.contains($0.slot) }.sorted { ($0.slot, $0.schedule) < ($1.slot, $1.schedule) }
        if let history = memory.history {
            facts.givenUp = (facts.givenUp + (try Self.unswept(configuration, facts, history)))
                .sorted { ($0.slot, $0.schedule) < ($1.slot, $1.schedule) }
        }
        for store in facts.stores {
            facts.looks[store.name] = try memory.history?.looks(
                at: wanted(facts, of: store), in: store.location, from: period.from, to: period.to)
        }
        facts.checkpointCopies = configuration.evidence?.copies.map(\.words) ?? []
        facts.evidence = try memory.history.flatMap(Self.signed)
        return facts
    }

    /// Of which backups each look is told.
    private func wanted(_ facts: ReportFacts, of store: ReportedStore) -> [String] {
        switch order.kind {
        case .compliance, .inventory: facts.calendar(of: store)
        case .incident: Set(facts.subjects(in: store)).sorted()
        case .backup: order.backup.map { [$0] } ?? []
        }
    }

    private static func signed(_ history: HistoryDatabase) throws -> SignedTree? {
        guard let note = try history.newestCheckpoint(), let checkpoint = Checkpoint(note.text),
            let key = try history.verifierKeys().last(where: note.isSigned)
        else { return nil }
        return SignedTree(
            leaves: checkpoint.size, root: checkpoint.root.hex, key: key.description,
            checkpoint: note.description)
    }

    /// In seconds: a week.
    private static let longestRestore: Int64 = 604_800

    private var digest: String? { context.executable.flatMap(FileDigest.sha256(of:)) }
}

/// A report that was made.
public struct MadeReport: Sendable {
    /// What the files say.
    public let report: Report
    /// Their paths.
    public let files: [String]
}
