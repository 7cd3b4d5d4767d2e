// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations

/// `pg_backctl.verify/1`: what one verification found out.
struct VerifyDocument: Encodable {
    let schema = "pg_backctl.verify/1"
    var verdict: String
    var exitStatus: Int32
    var levelAsked: Level
    var location: String
    var isInterrupted: Bool
    var seconds: Double
    var bytesRead: UInt64
    var backups: [BackupNode]
    var foreign: [String]
    var absent: [String]
    var keptVersions: [KeptVersionNode]

    init(_ outcome: VerifyReport) {
        let report = outcome.verification
        verdict = report.verdict.rawValue
        exitStatus = outcome.exitStatus.rawValue
        (levelAsked, location, isInterrupted) = (report.levelAsked, report.location, report.isInterrupted)
        seconds = rounded(outcome.seconds)
        backups = report.backups.map(BackupNode.init)
        bytesRead = report.backups.reduce(0) { $0 &+ $1.bytesRead }
        (foreign, absent) = (report.foreign.map(\.jsonText), report.absent)
        keptVersions = outcome.keptVersions.map(KeptVersionNode.init)
    }

    /// An older version of an object that is gone or was changed.
    struct KeptVersionNode: Encodable {
        var backup, object: String
        var version: Nullable<String>
        var size: UInt64
        var modified: Nullable<Timestamp>
        var superseded: Timestamp
        var asOf: Nullable<Timestamp>

        init(_ kept: KeptVersion) {
            (backup, object) = (kept.backup, kept.object.jsonText)
            (version, size) = (Nullable(kept.version), kept.size)
            (modified, superseded, asOf) = (Nullable(kept.modified), kept.superseded, Nullable(kept.asOf))
        }
    }

    struct BackupNode: Encodable {
        var label: String
        var verdict: Verdict
        /// The level reached; null when not even the listing held.
        var level: Nullable<Level>
        var started: Timestamp
        var seconds: Double
        var objects: [ObjectNode]
        var findings: [FindingNode]

        init(_ report: BackupReport) {
            (label, verdict, level) = (report.label, report.verdict, Nullable(report.level))
            (started, seconds) = (report.started, rounded(report.seconds))
            objects = report.objects.map(ObjectNode.init)
            findings = report.findings.map(FindingNode.init)
        }
    }

    struct ObjectNode: Encodable {
        var name: String
        var size: UInt64
        var sha256: Nullable<String>
        var verdict: Verdict
        var bytesRead: UInt64
        var bytesResumed: UInt64
        var retries: Int
        var seconds: Double

        init(_ report: ObjectReport) {
            (name, size, sha256) = (report.name.jsonText, report.size, Nullable(report.sha256))
            (verdict, bytesRead, bytesResumed) = (report.verdict, report.bytesRead, report.bytesResumed)
            (retries, seconds) = (report.retries, rounded(report.seconds))
        }
    }

    struct FindingNode: Encodable {
        var code: FindingCode
        var severity: Severity
        var object: Nullable<String>
        var member: Nullable<String>
        var offset: Nullable<UInt64>
        var length: Nullable<UInt64>
        var expected: Nullable<String>
        var found: Nullable<String>
        var cause: Nullable<Cause>
        var message: String
        var relation: Nullable<RelationNode>

        init(_ finding: Finding) {
            (code, severity, message) = (finding.code, finding.severity, finding.message)
            (object, member) = (Nullable(finding.object?.jsonText), Nullable(finding.member))
            (offset, length) = (Nullable(finding.offset), Nullable(finding.length))
            (expected, found) = (Nullable(finding.expected), Nullable(finding.found))
            (cause, relation) = (Nullable(finding.cause), Nullable(finding.relation.map(RelationNode.init)))
        }
    }
}

/// A value that stands in the document even when there is none, as `null`.
struct Nullable<Value: Encodable>: Encodable {
    var value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

extension ObjectName {
    /// The name itself where JSON can hold it, escaped where it is not UTF-8.
    var jsonText: String { utf8Text ?? description }
}

/// Milliseconds are as fine as anyone needs.
func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
