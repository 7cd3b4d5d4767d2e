// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Catalogue
import Diagnostics
import Operations

struct ListCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the backups of a store, how old they are and what was last proven.",
        discussion: """
            Only the listing, the small info files and, of tar backups without a sum file, the manifest \
            are read. Objects that belong to no backup are named at the end. With --wal-archive the WAL \
            around the end of each backup and of the archive is read, too.

            EXIT STATUS
                0  listed
                5  inconclusive: the store could not be read
                9  no backup found
               11  a credential is missing
               12  an argument is missing
               14  usage error

            EXAMPLES
              What is there, and what is known of it:
                pg_backctl list s3://bucket/backups
              … and from when to when it can be recovered:
                pg_backctl list s3://bucket/backups --wal-archive s3://bucket/wal
            """)

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup var recoverable: RecoverableOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, store: store, config: configuration.file)
        let archive = recoverable.walArchive.map { store.address(of: $0, application) }
        let operation = try ListBackups(
            store.address(application), archive: archive, application.existingMemory(),
            application.context)
        let listing = try operation.list(withRestorePoints: recoverable.restorePoints)
        if globals.json {
            application.terminal.document(try JSONDocument.text(ListDocument(listing)))
        } else {
            ListText(listing).say(application.terminal, isVerbose: globals.verbose)
        }
        return listing.lines.isEmpty ? .nothingThere : .success
    }
}

/// The backups of a store as people read them.
struct ListText {
    private let listing: BackupListing

    init(_ listing: BackupListing) { self.listing = listing }

    func say(_ terminal: Terminal, isVerbose: Bool) {
        var table = Table(columns: [
            .init(title: "LABEL"), .init(title: "TIME"), .init(title: "AGE", alignment: .right),
            .init(title: "KIND"), .init(title: "SIZE", alignment: .right),
            .init(title: "OBJECTS", alignment: .right), .init(title: "LAST PROOF"),
        ])
        table.rows = listing.lines.map(row)
        if listing.lines.contains(where: { $0.lastTrial != nil }) {
            table.columns.append(.init(title: "LAST TRIAL"))
            for (index, line) in listing.lines.enumerated() { table.rows[index].append(tried(line)) }
        }
        if listing.lines.isEmpty { terminal.say("no backup found in '\(listing.location)'") }
        for line in table.lines where !listing.lines.isEmpty { terminal.say(line) }
        if !listing.recoverable.isEmpty { terminal.say("\nrecoverable with the archive of WAL:") }
        for line in listing.recoverable.flatMap(\.words) { terminal.say("  \(line)") }
        guard !listing.foreign.isEmpty else { return }
        terminal.say("\nbelonging to no backup: \(Units.count(listing.foreign.count, "object"))")
        for object in listing.foreign.prefix(isVerbose ? .max : 20) {
            terminal.say("  \(object.name)  \(Units.bytes(object.size))  \(object.reason)")
        }
        if listing.foreign.count > 20 && !isVerbose {
            terminal.say("  … and \(listing.foreign.count - 20) more: --verbose names them")
        }
    }

    private func row(_ line: BackupListing.Line) -> [String] {
        let source = line.time.map { $0.source == .infoFile ? "" : " (\($0.source.rawValue))" } ?? ""
        return [
            line.backup.label, (line.time?.timestamp.description ?? "-") + source,
            line.time.map { Units.duration(Double(listing.now.seconds(since: $0.timestamp))) } ?? "-",
            line.backup.kind.rawValue, Units.bytes(line.backup.size), String(line.backup.objects.count),
            state(line),
        ]
    }

    private func state(_ line: BackupListing.Line) -> String {
        if case .incomplete(_, let isYoung) = line.completeness {
            return isYoung ? "uploading?" : "INCOMPLETE"
        }
        let proof = line.lastProof.map(proven) ?? "never"
        // A proof of the listing, or one before a restore that found damage, does not tell all that is known.
        guard let bad = line.badStanding, bad.verdict != line.lastProof?.verdict else { return proof }
        return "\(proof), but \(bad.verdict.rawValue.uppercased()) since \(bad.since.day)"
    }

    private func tried(_ line: BackupListing.Line) -> String {
        guard let trial = line.lastTrial, let end = trial.end else { return "never" }
        let age = Units.duration(Double(max(1, listing.now.seconds(since: end.ended))))
        let word = end.exitStatus == 0 ? end.level?.rawValue ?? "" : "FAILED (exit \(end.exitStatus))"
        return "\(word) \(age) ago"
    }

    private func proven(_ proof: BackupLine) -> String {
        let word = proof.verdict == .verified ? "verified" : proof.verdict.rawValue.uppercased()
        let age = Units.duration(Double(max(1, listing.now.seconds(since: proof.lastProof))))
        return "\(word) \(proof.level?.rawValue ?? "") \(age) ago"
    }
}

/// `pg_backctl.list/1`: the backups of a store.
struct ListDocument: Encodable {
    let schema = "pg_backctl.list/1"
    var exitStatus: Int32
    var location: String
    var backups: [Node]
    var foreign: [Foreign]

    struct Node: Encodable {
        var label: String
        var kind: BackupKind
        var time: Nullable<Timestamp>
        var timeSource: Nullable<BackupTime.Source>
        var ageSeconds: Nullable<Int64>
        var size: UInt64
        var objects: Int
        var isComplete: Bool
        var incompleteBecause: [String]
        var lastProof: Nullable<Proof>
        var lastTrial: Nullable<Trial>
        var knownBad: Nullable<Standing>
        var recoverable: Nullable<RecoverableNode>
    }

    struct Standing: Encodable {
        var verdict: Verdict
        var since: Timestamp
    }

    struct Proof: Encodable {
        var verdict: Verdict
        var level: Nullable<Level>
        var time: Timestamp
    }

    struct Trial: Encodable {
        var trial: Int64
        var exitStatus: Int32
        var level: Nullable<Level>
        var time: Timestamp
        var secondsToAnswer: Nullable<Double>

        init?(_ line: TrialLine) {
            guard let end = line.end else { return nil }
            (trial, exitStatus, level) = (line.id.value, end.exitStatus, Nullable(end.level))
            (time, secondsToAnswer) = (end.ended, Nullable(end.secondsToAnswer.map(rounded)))
        }
    }

    struct Foreign: Encodable {
        var name: String
        var size: UInt64
        var reason: String
    }

    init(_ listing: BackupListing) {
        exitStatus = listing.lines.isEmpty ? ExitStatus.nothingThere.rawValue : ExitStatus.success.rawValue
        location = listing.location
        backups = listing.lines.map { Node($0, now: listing.now) }
        for (index, line) in listing.recoverable.enumerated() {
            backups[index].recoverable = Nullable(RecoverableNode(line))
        }
        foreign = listing.foreign.map { Foreign(name: $0.name.jsonText, size: $0.size, reason: $0.reason) }
    }
}

extension ListDocument.Node {
    init(_ line: BackupListing.Line, now: Timestamp) {
        (label, kind, size) = (line.backup.label, line.backup.kind, line.backup.size)
        (time, timeSource) = (Nullable(line.time?.timestamp), Nullable(line.time?.source))
        ageSeconds = Nullable(line.time.map { now.seconds(since: $0.timestamp) })
        (objects, isComplete) = (line.backup.objects.count, line.completeness.isComplete)
        if case .incomplete(let reasons, _) = line.completeness {
            incompleteBecause = reasons
        } else {
            incompleteBecause = []
        }
        lastProof = Nullable(
            line.lastProof.map {
                ListDocument.Proof(verdict: $0.verdict, level: Nullable($0.level), time: $0.lastProof)
            })
        lastTrial = Nullable(line.lastTrial.flatMap(ListDocument.Trial.init))
        knownBad = Nullable(
            line.badStanding.map { ListDocument.Standing(verdict: $0.verdict, since: $0.since) })
        recoverable = Nullable(nil)
    }
}
