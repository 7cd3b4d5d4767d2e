// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// One line of a spreadsheet; what it does not say is empty.
///
/// `bytes` is the size of what it is about; `seconds` what was measured of it.
struct CSVRow {
    var record: String
    var store = ""
    var name: String
    var result: String
    var level = ""
    var from: Timestamp?
    var to: Timestamp?
    var seconds: Double?
    var bytes: UInt64?
    var words = ""

    var cells: [String] {
        let times = [from, to].map { $0?.description ?? "" }
        let numbers = [seconds.map { String($0) } ?? "", bytes.map { String($0) } ?? ""]
        return [record, store, name, result, level] + times + numbers + [words]
    }

    static let head = [
        "record", "store", "name", "result", "level", "from", "to", "seconds", "bytes", "words",
    ]
}

// MARK: What there is of a report
extension CSVRow {
    /// A store, what was measured of it, and its backups.
    static func all(_ store: StoreRecord) -> [CSVRow] {
        let measures = [
            ("RPO", store.measuredRPO, store.targetRPO), ("RTO", store.measuredRTO, store.targetRTO),
        ]
        return [CSVRow(store)] + measures.map { CSVRow(store, $0, $1, promised: $2) }
            + store.backups.map { CSVRow($0, of: store.name) }
    }

    private init(_ store: StoreRecord) {
        self.init(
            record: "store", store: store.name, name: store.location,
            result: store.population == nil ? "not listed" : "listed", from: store.population?.listed,
            bytes: store.population?.bytes, words: store.policy.joined(separator: "; "))
    }

    private init(_ store: StoreRecord, _ name: String, _ measured: Double?, promised: Double?) {
        self.init(
            record: "measure", store: store.name, name: name,
            result: measured == nil ? "not measured" : "measured", seconds: measured,
            words: promised.map { "promised \(Units.duration($0))" } ?? "no promise")
    }

    init(_ backup: BackupRecord, of store: String) {
        self.init(
            record: "backup", store: store, name: backup.label,
            result: backup.verdict?.rawValue ?? "never verified", level: backup.level?.rawValue ?? "",
            from: backup.taken, to: backup.proofs.map(\.at).max(), bytes: backup.bytes)
    }

    init(_ exception: ExceptionRecord) {
        self.init(
            record: "exception", store: exception.store, name: exception.subject,
            result: exception.closed == nil ? "open" : "over", level: exception.kind, from: exception.since,
            to: exception.closed, words: exception.words)
    }
}
