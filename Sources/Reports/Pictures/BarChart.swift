// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Bars beside each other, the oldest at the left, with what was promised as a dashed line; higher is worse, or just more.
struct BarChart {
    /// What one bar stands for.
    struct Bar {
        /// A day or a label: what stands below the first and the last one.
        var label: String
        var value: Double
        /// What was wrong with it, in a word; nil where all was well.
        ///
        /// It is told apart in grey, too.
        var fault: String?
    }

    private let title: String
    private let bars: [Bar]
    private let target: Double?
    private let tell: (Double) -> String

    /// More would be thinner than a pen.
    private static let most = 100
    /// Of more than these the figures are told in sum to those who do not see them.
    private static let mostTold = 40

    /// `tell` says a value to people.
    init(_ title: String, _ bars: [Bar], target: Double? = nil, tell: @escaping (Double) -> String) {
        (self.title, self.target, self.tell) = (title, target, tell)
        self.bars = Self.gathered(bars)
    }

    /// The highest of each few neighbours, where there are too many: nothing that is bad gets lost.
    private static func gathered(_ bars: [Bar]) -> [Bar] {
        guard bars.count > most else { return bars }
        let width = (bars.count + most - 1) / most
        return stride(from: 0, to: bars.count, by: width).map { start in
            let few = bars[start..<min(start + width, bars.count)]
            var highest = few.max { $0.value < $1.value } ?? bars[start]
            highest.fault = highest.fault ?? few.compactMap(\.fault).first
            return highest
        }
    }

    /// Nil where there is nothing but zeros.
    var picture: Picture? {
        guard let highest = bars.map(\.value).max(), highest > 0 else { return nil }
        // A promise that is far away would leave no bar to see: then it is told in words alone.
        let isNear = target.map { $0 <= 4 * highest } ?? false
        let top = max(highest, isNear ? target ?? 0 : 0) * 1.1
        let step = 100 / Double(max(bars.count, 8))
        var shapes = bars.enumerated().flatMap { index, bar in
            let height = 12 * bar.value / top
            return Self.shapes(bar, x: step * (Double(index) + 0.15), width: step * 0.7, height: height)
        }
        shapes.append(.line(x: 0, y: 16, toX: 100, toY: 16, .ink, isDashed: false))
        if let target, isNear {
            let y = 16 - 12 * target / top
            shapes.append(.line(x: 0, y: y, toX: 100, toY: y, .ink, isDashed: true))
        }
        shapes.append(.words(x: 0, y: 2.6, sum(highest, isNear), isCentred: false))
        shapes.append(.words(x: 0, y: 19.4, bars.first.map(Self.end(of:)) ?? "", isCentred: false))
        if bars.count > 3 {
            let end = min(88, step * (Double(bars.count) - 0.5))
            shapes.append(.words(x: end, y: 19.4, bars.last.map(Self.end(of:)) ?? "", isCentred: true))
        }
        return Picture(
            alternative: alternative(highest, isNear), title: title, width: 100, height: 21, shapes: shapes)
    }

    /// Of a long label its end, which tells one backup from the next.
    private static func end(of bar: Bar) -> String {
        bar.label.count > 18 ? "…\(bar.label.suffix(17))" : bar.label
    }

    /// A bad one has a gap in it.
    private static func shapes(_ bar: Bar, x: Double, width: Double, height: Double) -> [Picture.Shape] {
        guard bar.fault != nil, height > 2 else {
            return [.box(x: x, y: 16 - height, width: width, height: height, bar.fault == nil ? .good : .bad)]
        }
        return [
            .box(x: x, y: 16 - height, width: width, height: height - 1.4, .bad),
            .box(x: x, y: 15.2, width: width, height: 0.8, .bad),
        ]
    }

    private func sum(_ highest: Double, _ isNear: Bool) -> String {
        let promise = target.map { "; promised \(tell($0))\(isNear ? "" : ", beyond this picture")" } ?? ""
        return "at most \(tell(highest))\(promise)"
    }

    private func alternative(_ highest: Double, _ isNear: Bool) -> String {
        guard bars.count <= Self.mostTold else {
            let span = "from \(bars.first?.label ?? "-") to \(bars.last?.label ?? "-")"
            return "\(bars.count) values \(span), \(sum(highest, isNear))"
        }
        let values = bars.map { bar in
            "\(bar.label): \(tell(bar.value))\(bar.fault.map { ", \($0)" } ?? "")"
        }
        return values.joined(separator: "; ")
    }
}
