// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Reports

@Suite("Pictures")
struct PictureTests {
    private func chart(_ values: [Double], target: Double? = nil, fault: (Int) -> String? = { _ in nil })
        -> Picture?
    {
        let bars = values.enumerated().map { index, value in
            BarChart.Bar(label: "b\(index)", value: value, fault: fault(index))
        }
        return BarChart("t", bars, target: target) { "\(Int($0)) s" }.picture
    }

    private func boxes(_ picture: Picture) -> [Picture.Shape] {
        picture.shapes.filter { if case .box = $0 { true } else { false } }
    }

    @Test func `of nothing but zeros are none`() {
        #expect(chart([]) == nil)
        #expect(chart([0, 0]) == nil)
    }

    @Test func `tell each value in words, and what was wrong with it`() throws {
        let picture = try #require(chart([1, 2], target: 3) { $0 == 1 ? "late" : nil })
        #expect(picture.alternative == "b0: 1 s; b1: 2 s, late")
        #expect(picture.shapes.contains(.words(x: 0, y: 2.6, "at most 2 s; promised 3 s", isCentred: false)))
    }

    @Test func `of what is wrong differ in form, not in colour alone`() throws {
        let good = try #require(chart([5]))
        let bad = try #require(chart([5]) { _ in "late" })
        #expect(boxes(good).count == 1 && boxes(bad).count == 2)
    }

    @Test func `of a promise that is far away have no line for it`() throws {
        let picture = try #require(chart([1], target: 1000))
        let lines = picture.shapes.filter { if case .line(_, _, _, _, _, true) = $0 { true } else { false } }
        #expect(lines.isEmpty)
        #expect(
            picture.shapes.contains {
                if case .words(_, _, let words, _) = $0 {
                    words.hasSuffix("beyond this picture")
                } else {
                    false
                }
            })
    }

    @Test(arguments: [40, 41, 100, 101, 1000])
    func `of many values keep the highest and what was wrong`(_ count: Int) throws {
        var values = [Double](repeating: 1, count: count)
        values[count / 2] = 9
        let picture = try #require(chart(values) { $0 == count / 2 ? "late" : nil })
        #expect(boxes(picture).count <= 101)
        let bad = picture.shapes.contains { if case .box(_, _, _, _, .bad) = $0 { true } else { false } }
        #expect(bad)
        let tops = boxes(picture).map { shape -> Double in
            if case .box(_, let y, _, _, _) = shape { return y }
            return 16
        }
        #expect(abs((tops.min() ?? 0) - (16 - 12 / 1.1)) < 0.01)
    }

    @Test func `as a calendar show damage of a day above all else`() {
        let day = SampleFacts.day(3, 0)
        let row = ProofCalendarRow(
            label: "a", isGone: false, isBad: false,
            looks: [
                DatedLevel(.checksummed, at: day), DatedLevel(.exercised, at: day.advanced(bySeconds: 60)),
                DatedLevel(.inspected, at: day.advanced(bySeconds: 86_400)),
                DatedLevel(nil, at: day.advanced(bySeconds: 86_401)),
            ])
        #expect(
            row.days(since: SampleFacts.day(1, 0)) == [
                .init(number: 2, level: .exercised), .init(number: 3, level: nil),
            ])
    }

    @Test func `as a calendar name the backups taken last, and those that are gone by then`() throws {
        let facts = try SampleFacts.make()
        let labels = facts.calendar(of: SampleFacts.shop)
        #expect(labels.count == 31 && labels.last == "20261031T010000" && labels.first == "20261001T010000")
        let report = ComplianceReport(facts, [])
        let calendar = try #require(report.stores.first?.calendar)
        #expect(calendar.filter { !$0.isGone }.map(\.label) == labels.suffix(3))
        var many = facts
        many.sweeps[30].stores[0].backups = (0..<100).map {
            BackupStatus(label: "x\($0)", taken: SampleFacts.day(1).advanced(bySeconds: Int64($0)))
        }
        #expect(many.calendar(of: SampleFacts.shop) == (60..<100).map { "x\($0)" })
    }
}
