// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Operations

struct HistoryBackups: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "backups", abstract: "Show each backup and its newest proof.")
    static let noun = "backups"
    static let columns: [Table.Column] = [
        .init(title: "LABEL"), .init(title: "VERDICT"), .init(title: "LEVEL"), .init(title: "LAST PROOF"),
        .init(title: "LAST VERIFIED"), .init(title: "SIZE", alignment: .right),
        .init(title: "OPEN", alignment: .right), .init(title: "PLACE"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    /// What is in the backup is for documents only.
    struct Line {
        var backup: BackupLine
        var contents: ContentSummary?
    }

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [Line] {
        try history.backups(filter).map {
            Line(backup: $0, contents: globals.json ? try history.contents(of: $0.place) : nil)
        }
    }

    static func row(_ shown: Line) -> [String] {
        let line = shown.backup
        return [
            line.place.label, line.verdict.rawValue, line.highestLevel?.rawValue ?? "-",
            line.lastProof.description,
            line.lastVerified?.description ?? "never", Units.bytes(line.bytes), String(line.openFindings),
            line.place.url,
        ]
    }

    struct Node: Encodable {
        var label, place: String
        var verdict: Verdict
        var levelAsked: Level
        var level: Nullable<Level>
        var trial: Nullable<Trial>
        var lastProof: Timestamp
        var lastVerified: Nullable<Timestamp>
        var bytes: UInt64
        var openFindings: Int
        var contents: Nullable<Contents>
    }

    struct Trial: Encodable {
        var level: Level
        var ended: Timestamp
    }

    static func node(_ shown: Line) -> Node {
        let line = shown.backup
        return Node(
            label: line.place.label, place: line.place.url, verdict: line.verdict,
            levelAsked: line.levelAsked,
            level: Nullable(line.level),
            trial: Nullable(line.trial.map { Trial(level: $0.level, ended: $0.ended) }),
            lastProof: line.lastProof, lastVerified: Nullable(line.lastVerified),
            bytes: line.bytes, openFindings: line.openFindings,
            contents: Nullable(shown.contents.map(Contents.init)))
    }
}

struct HistoryObjects: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "objects", abstract: "Show each object: when it was last good, since when it is bad.")
    static let noun = "objects"
    static let columns: [Table.Column] = [
        .init(title: "LABEL"), .init(title: "OBJECT"), .init(title: "VERDICT"), .init(title: "LAST READ"),
        .init(title: "LAST GOOD"), .init(title: "BAD SINCE"), .init(title: "SIZE", alignment: .right),
        .init(title: "SHA256"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [ObjectLine] {
        try history.objects(filter)
    }

    static func row(_ line: ObjectLine) -> [String] {
        [
            line.place.label, line.name.description, line.verdict.rawValue, line.lastRead.description,
            line.lastGood?.description ?? "never", line.badSince?.description ?? "-", Units.bytes(line.size),
            line.sha256.map { String($0.prefix(12)) } ?? "-",
        ]
    }

    struct Node: Encodable {
        var label, place, name: String
        var size: UInt64
        var sha256: Nullable<String>
        var verdict: Verdict
        var lastRead: Timestamp
        var lastGood, badSince: Nullable<Timestamp>
    }

    static func node(_ line: ObjectLine) -> Node {
        Node(
            label: line.place.label, place: line.place.url, name: line.name.jsonText, size: line.size,
            sha256: Nullable(line.sha256), verdict: line.verdict, lastRead: line.lastRead,
            lastGood: Nullable(line.lastGood), badSince: Nullable(line.badSince))
    }
}

struct HistoryFindings: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "Show what was found wrong: since when, how often, and whether it is over.")
    static let noun = "findings"
    static let columns: [Table.Column] = [
        .init(title: "NO", alignment: .right), .init(title: "LABEL"), .init(title: "STATE"),
        .init(title: "CODE"), .init(title: "OBJECT"),
        .init(title: "BYTES"), .init(title: "FIRST SEEN"), .init(title: "LAST SEEN"),
        .init(title: "TIMES", alignment: .right), .init(title: "WHAT"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [FindingLine] {
        try history.findings(filter)
    }

    static func row(_ line: FindingLine) -> [String] {
        let range = line.offset.flatMap { offset in
            line.length.map { "\(Units.grouped(offset))+\(Units.grouped($0))" }
        }
        return [
            String(line.number), line.place.label, words(line), line.code,
            line.object?.description ?? "-", range ?? "-",
            line.firstSeen.description, line.lastSeen.description, String(line.timesSeen),
            line.message + (line.relation.map { "; this is \($0.words)" } ?? ""),
        ]
    }

    /// The state, and what a person has said that still counts.
    static func words(_ line: FindingLine) -> String {
        guard let decision = line.decision else { return line.state.rawValue }
        let until = decision.until.map { " until \($0.day)" } ?? ""
        return "\(line.state.rawValue), \(decision.kind.rawValue) by \(decision.who)\(until)"
    }

    struct DecisionNode: Encodable {
        var decision, reason, who: String
        var at: Timestamp
        var until: Nullable<Timestamp>
    }

    struct Node: Encodable {
        var number: Int64
        var label, place, state, code: String
        var severity: Severity
        var object, member: Nullable<String>
        var offset, length: Nullable<UInt64>
        var expected, found, cause: Nullable<String>
        var message: String
        var firstSeen, lastSeen: Timestamp
        var timesSeen: Int
        var resolvedAt: Nullable<Timestamp>
        var relation: Nullable<RelationNode>
        var decisions: [DecisionNode]
    }

    static func node(_ line: FindingLine) -> Node {
        Node(
            number: line.number, label: line.place.label, place: line.place.url, state: line.state.rawValue,
            code: line.code,
            severity: line.severity, object: Nullable(line.object?.jsonText), member: Nullable(line.member),
            offset: Nullable(line.offset), length: Nullable(line.length), expected: Nullable(line.expected),
            found: Nullable(line.found), cause: Nullable(line.cause), message: line.message,
            firstSeen: line.firstSeen, lastSeen: line.lastSeen, timesSeen: line.timesSeen,
            resolvedAt: Nullable(line.resolvedAt), relation: Nullable(line.relation.map(RelationNode.init)),
            decisions: line.decisions.map {
                DecisionNode(
                    decision: $0.kind.rawValue, reason: $0.reason, who: $0.who, at: $0.at,
                    until: Nullable($0.until))
            })
    }
}

struct HistoryRuns: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Show the runs: when, over what, and how they ended.")
    static let noun = "runs"
    static let columns: [Table.Column] = [
        .init(title: "RUN", alignment: .right), .init(title: "STARTED"), .init(title: "STATE"),
        .init(title: "VERDICT"), .init(title: "EXIT", alignment: .right), .init(title: "LEVEL"),
        .init(title: "BACKUPS", alignment: .right), .init(title: "READ", alignment: .right),
        .init(title: "LOCATION"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [RunLine] {
        try history.runs(filter)
    }

    static func row(_ line: RunLine) -> [String] {
        [
            String(line.id.value), line.started.description, line.state.rawValue,
            line.verdict?.rawValue ?? "-",
            line.exitStatus.map { String($0) } ?? "-", line.levelAsked.rawValue, String(line.backups),
            Units.bytes(line.bytesRead), line.location,
        ]
    }

    struct Node: Encodable {
        var run: Int64
        var state, command, location: String
        var levelAsked: Level
        var started: Timestamp
        var ended: Nullable<Timestamp>
        var exitStatus: Nullable<Int32>
        var verdict: Nullable<Verdict>
        var toolVersion, host: String
        var pid: Int32
        var backups: Int
        var bytesRead: UInt64
    }

    static func node(_ line: RunLine) -> Node {
        Node(
            run: line.id.value, state: line.state.rawValue, command: line.command, location: line.location,
            levelAsked: line.levelAsked, started: line.started, ended: Nullable(line.ended),
            exitStatus: Nullable(line.exitStatus), verdict: Nullable(line.verdict),
            toolVersion: line.toolVersion,
            host: line.process.host, pid: line.process.pid, backups: line.backups, bytesRead: line.bytesRead)
    }
}
