// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// When bytes of each backup were last shown to be right, on the days of the period.
struct ProofPicture {
    private let store: StoreRecord
    private let period: ComplianceReport.Period

    /// More than these would be a picture that nobody can read.
    private static let mostBackups = 40

    init(_ store: StoreRecord, _ period: ComplianceReport.Period) {
        (self.store, self.period) = (store, period)
    }

    /// Nil where nothing was shown in the period.
    var picture: Picture? {
        let rows = store.backups.suffix(Self.mostBackups).map { backup in
            (
                "\(backup.label)\(backup.verdict?.isBad == true ? " ✘" : "")",
                backup.proofs.filter { period.from <= $0.at && $0.at < period.to }
            )
        }
        guard rows.contains(where: { !$0.1.isEmpty }) else { return nil }
        var shapes: [Picture.Shape] = []
        for (index, row) in rows.enumerated() {
            let y = 4 * Double(index)
            shapes.append(.words(x: 0, y: y + 2.6, row.0, isCentred: false))
            shapes.append(.line(x: 32, y: y + 1.8, toX: 100, toY: y + 1.8, .faint, isDashed: false))
            for proof in row.1 {
                shapes.append(
                    .box(x: place(proof.at), y: y + 0.4, width: 1.2, height: 2.8, Self.tone(proof.level)))
            }
        }
        let bottom = 4 * Double(rows.count)
        shapes.append(.words(x: 32, y: bottom + 2.6, period.from.day, isCentred: false))
        shapes.append(.words(x: 92, y: bottom + 2.6, period.to.advanced(bySeconds: -1).day, isCentred: true))
        return Picture(
            alternative: rows.map { label, proofs in
                "\(label): \(proofs.isEmpty ? "nothing in the period" : proofs.map { "\($0.level.rawValue) \($0.at.day)" }.joined(separator: ", "))"
            }.joined(separator: "; "),
            title:
                "Newest proof of each level of the backups of \(store.name) (✘: damage is known of it now)",
            width: 100,
            height: bottom + 4, shapes: shapes)
    }

    private func place(_ time: Timestamp) -> Double {
        let whole = max(1, Double(period.to.seconds(since: period.from)))
        return 32 + 66.8 * Double(time.seconds(since: period.from)) / whole
    }

    private static func tone(_ level: Level) -> Picture.Tone {
        level > .inspected ? .best : level == .inspected ? .good : .middling
    }
}
