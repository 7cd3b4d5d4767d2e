// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A calendar: on which days of the period each backup was read, or restored for trial, and what that came to.
struct ProofPicture {
    private let store: StoreRecord
    private let period: ComplianceReport.Period

    init(_ store: StoreRecord, _ period: ComplianceReport.Period) {
        (self.store, self.period) = (store, period)
    }

    /// Nil where nothing was shown in the period.
    var picture: Picture? {
        guard store.calendar.contains(where: { !$0.looks.isEmpty }) else { return nil }
        var shapes: [Picture.Shape] = []
        for (index, row) in store.calendar.enumerated() {
            let y = 4 * Double(index)
            shapes.append(.words(x: 0, y: y + 2.6, Self.label(row), isCentred: false))
            shapes.append(.line(x: Self.left, y: y + 3.2, toX: 100, toY: y + 3.2, .faint, isDashed: false))
            shapes += row.days(since: period.from).map { cell($0, bottom: y + 3.2) }
        }
        let bottom = 4 * Double(store.calendar.count)
        shapes.append(.words(x: Self.left, y: bottom + 2.6, period.from.day, isCentred: false))
        shapes.append(.words(x: 92, y: bottom + 2.6, period.to.advanced(bySeconds: -1).day, isCentred: true))
        return Picture(
            alternative: store.calendar.map(Self.words).joined(separator: "; "),
            title:
                "Days on which backups of \(store.name) were read: the higher, the more was shown; below the line, damage (✘: known now)",
            width: 100, height: bottom + 4, shapes: shapes)
    }

    private static let left = 34.0

    private static func label(_ row: ProofCalendarRow) -> String {
        row.label + (row.isBad ? " ✘" : "") + (row.isGone ? " (gone)" : "")
    }

    private static func words(_ row: ProofCalendarRow) -> String {
        let looks = row.looks.map { "\($0.level?.rawValue ?? "damage found") \($0.at.day)" }
        return "\(label(row)): \(looks.isEmpty ? "nothing in the period" : looks.joined(separator: ", "))"
    }

    private func cell(_ day: ProofCalendarRow.Day, bottom: Double) -> Picture.Shape {
        let days = max(1, Double(period.to.seconds(since: period.from)) / 86_400)
        let step = (100 - Self.left) / days
        let (height, tone) = Self.form(day.level)
        return .box(
            x: Self.left + step * Double(day.number), y: bottom - height + (day.level == nil ? 0.8 : 0),
            width: max(0.6, step * 0.85), height: height, tone)
    }

    /// Damage reaches below the line.
    private static func form(_ level: Level?) -> (height: Double, Picture.Tone) {
        switch level {
        case nil: (3.2, .bad)
        case .listed?, .checksummed?: (1.3, .middling)
        case .inspected?: (2.1, .good)
        case .restored?, .exercised?: (3.0, .best)
        }
    }
}
