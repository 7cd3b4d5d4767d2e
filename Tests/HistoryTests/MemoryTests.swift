// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct MemoryTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private static let oddNames: [ObjectName] = [
        "new\nline", ObjectName(bytes: [0xFF, 0x00, 0x2F]), "caf\u{E9}", "cafe\u{301}", "back\\slash",
        "\\x41", "A",
        "", "'; DROP TABLE pin; --", "\u{202E}txt.exe",
    ]

    @Test func `pins come back under the very same names`() throws {
        var expected: [ObjectName: Pin] = [:]
        let names = Self.oddNames
        let digits = "0123456789abcdef".map { digest($0) }
        let changes = zip(names, digits).map { firstPin($0, sha256: $1) }
        let readings = zip(names, digits).map { reading($0, sha256: $1) }
        try history.verify(objects: readings, pins: changes)
        for change in changes {
            expected[change.object] = change.pin
            expected[change.object]?.lastGood = clock.now
        }
        #expect(expected.count == names.count)
        #expect(try history.memory(of: place).pins == expected)
        try history.verify(objects: readings)
        #expect(try history.count("object") == names.count)
        #expect(try history.count("pin") == names.count)
    }

    @Test func `an unknown backup has no memory`() throws {
        let memory = try history.memory(of: place)
        #expect(memory.pins.isEmpty && memory.progress.isEmpty)
        #expect(try history.midstates(of: "o", in: place) == nil)
    }

    @Test func `a pin was last good when a reading last gave its digest`() throws {
        try history.verify(objects: [reading("o")], pins: [firstPin("o")])
        clock.advance(60)
        try history.verify(objects: [reading("o")])
        let good = clock.now
        clock.advance(60)
        try history.verify(place, .damaged, objects: [reading("o", .damaged, sha256: digest("b"))])
        try history.verify(objects: [reading("o", sha256: nil)])
        #expect(try history.memory(of: place).pins["o"]?.lastGood == good)
        #expect(try history.count("pin") == 1)
    }

    @Test func `the newest pin counts and the older stay`() throws {
        try history.verify(objects: [reading("o")], pins: [firstPin("o")])
        var change = firstPin("o", sha256: digest("c"))
        (change.reason, change.pin.isAttested) = (.healed, false)
        try history.verify(pins: [change])
        #expect(try history.memory(of: place).pins["o"] == change.pin)
        #expect(try history.count("pin") == 2)
    }

    @Test func `state lists live and go with the seal of the pin`() throws {
        var change = firstPin("o")
        change.midstates = Midstates(chunkSize: 4096, states: Array(repeating: 7, count: 64))
        change.pin.midstates = MidstateSeal(chunkSize: 4096, digest: digest("e"))
        try history.verify(pins: [change])
        #expect(try history.midstates(of: "o", in: place) == change.midstates)
        #expect(try history.memory(of: place).pins["o"] == change.pin)
        var moved = change
        (moved.midstates, moved.reason) = (nil, .moved)
        try history.verify(pins: [moved])
        #expect(try history.midstates(of: "o", in: place) == change.midstates)
        var healed = firstPin("o", sha256: digest("d"))
        healed.reason = .healed
        try history.verify(pins: [healed])
        #expect(try history.midstates(of: "o", in: place) == nil)
    }

    @Test func `all of an outcome is recorded, or nothing`() throws {
        var broken = firstPin("second")
        broken.pin.sha256 = "not a digest"
        #expect(throws: HistoryError.self) {
            try history.verify(
                objects: [reading("first"), reading("second")], pins: [firstPin("first"), broken])
        }
        for table in ["proof", "reading", "pin", "object"] { #expect(try history.count(table) == 0) }
        #expect(try history.count("lock") == 1)
    }

    @Test func `a run gives one verdict on a backup`() throws {
        let run = try history.verify()
        let report = BackupReport(label: "A", verdict: .damaged, level: nil, started: clock.now)
        let second = BackupOutcome(
            place: place, report: report, levelAsked: .listed, pins: [], ended: clock.now)
        #expect(throws: HistoryError.self) { try history.record(second, in: run) }
        #expect(try history.lastProof(of: place)?.verdict == .verified)
    }

    @Test func `sizes beyond what a column holds are kept as the largest`() throws {
        var huge = reading("o")
        (huge.size, huge.bytesRead, huge.validators) = (.max, .max, Validators(size: .max))
        try history.verify(objects: [huge])
        #expect(try history.objects().first?.size == UInt64(Int64.max))
    }
}
