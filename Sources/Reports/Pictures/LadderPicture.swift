// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How many backups are shown to be at which level, as one bar.
struct LadderPicture {
    private let store: StoreRecord

    init(_ store: StoreRecord) { self.store = store }

    /// Nil where there is no backup.
    var picture: Picture? {
        let all = store.ladder.reduce(0) { $0 + $1.backups }
        guard all > 0 else { return nil }
        let steps = store.ladder.filter { $0.backups > 0 }
        var shapes: [Picture.Shape] = []
        var left = 0.0
        for (index, step) in steps.enumerated() {
            let width = 100 * Double(step.backups) / Double(all)
            shapes.append(.box(x: left, y: 0, width: width, height: 6, Self.tone(step.level)))
            // One below the other: narrow parts have no room for words.
            shapes.append(.box(x: 0, y: 9 + 5 * Double(index), width: 3, height: 3, Self.tone(step.level)))
            shapes.append(
                .words(x: 4.5, y: 11.5 + 5 * Double(index), Self.words(step, of: all), isCentred: false))
            left += width
        }
        return Picture(
            alternative: steps.map { Self.words($0, of: all) }.joined(separator: "; "),
            title: "What is shown of the backups of \(store.name)", width: 100,
            height: 10 + 5 * Double(steps.count), shapes: shapes)
    }

    private static func words(_ step: StoreRecord.LevelCount, of all: Int) -> String {
        "\(step.level?.rawValue ?? "nothing shown"): \(step.backups) of \(all)"
    }

    private static func tone(_ level: Level?) -> Picture.Tone {
        switch level {
        case nil: .bad
        case .listed?: .none
        case .checksummed?: .middling
        case .inspected?: .good
        case .restored?, .exercised?: .best
        }
    }
}
