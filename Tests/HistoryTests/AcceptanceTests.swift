// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Testing

@testable import History

@Suite struct AcceptanceTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private func tamper(_ place: BackupPlace = place) throws {
        try history.verify(
            place, objects: [reading("base.tar"), reading("backup.sha256"), reading("same")],
            pins: [firstPin("base.tar"), firstPin("backup.sha256"), firstPin("same")])
        try history.verify(
            place, .tampered,
            objects: [
                reading("base.tar", .tampered, sha256: digest("b")), reading("same"),
                reading("backup.sha256", .tampered, sha256: digest("c")),
            ])
    }

    @Test func `what was tampered is pinned as it is, with reason and person`() throws {
        try tamper()
        let accepted = try history.accept(label: "A", reason: "recompressed", who: "alice")
        #expect(accepted.map(\.object) == ["backup.sha256", "base.tar"])
        #expect(accepted.map(\.previous) == [digest("a"), digest("a")])
        let pins = try history.memory(of: place).pins
        #expect(pins["base.tar"]?.sha256 == digest("b"))
        #expect(pins["base.tar"]?.validators == validators)
        #expect(pins["base.tar"]?.isAttested == true)
        #expect(pins["backup.sha256"]?.sha256 == digest("c"))
        #expect(pins["same"]?.sha256 == digest("a"))
        let event = try #require(try history.events().first)
        #expect((event.kind, event.place, event.who, event.at) == ("acceptance", place, "alice", clock.now))
        #expect(event.text.contains("A") && event.text.contains("recompressed"))
    }

    @Test func `it is refused with a word on why`() throws {
        try history.verify()
        #expect(throws: HistoryError.notTampered(place, .verified)) {
            try history.accept(label: "A", reason: "r", who: "w")
        }
        #expect(throws: HistoryError.unknownLabel("B")) {
            try history.accept(label: "B", reason: "r", who: "w")
        }
        #expect(throws: HistoryError.emptyReason) { try history.accept(label: "A", reason: " \n", who: "w") }
        try tamper()
        _ = try history.accept(label: "A", reason: "r", who: "w")
        #expect(throws: HistoryError.alreadyAccepted(place)) {
            try history.accept(label: "A", reason: "r", who: "w")
        }
        #expect(try history.events().count == 1)
    }

    @Test func `a label in several places needs the place`() throws {
        let other = BackupPlace(url: "/srv/A", label: "A")
        try tamper()
        try tamper(other)
        #expect(throws: HistoryError.ambiguousLabel("A", places: ["/srv/A", place.url])) {
            try history.accept(label: "A", reason: "r", who: "w")
        }
        #expect(
            try history.accept(label: "A", place: "/srv", reason: "r", who: "w").map(\.place) == [
                other, other,
            ])
        #expect(try history.memory(of: place).pins["base.tar"]?.sha256 == digest("a"))
    }

    @Test func `a backup that is being verified is not accepted`() throws {
        try tamper()
        try history.lock(place, for: try history.begin(start()))
        let error = #expect(throws: HistoryError.self) {
            try history.accept(label: "A", reason: "r", who: "w")
        }
        #expect(error?.exitStatus == .busy)
    }

    @Test func `what is tampered stays so whatever runs came after, until it is accepted`() throws {
        try tamper()
        try history.verify(asked: .listed, objects: [reading("base.tar", sha256: nil)])
        try history.verify(place, .inconclusive, objects: [reading("base.tar", .inconclusive, sha256: nil)])
        #expect(try history.memory(of: place).tampered == ["base.tar", "backup.sha256"])
        let accepted = try history.accept(label: "A", reason: "r", who: "w")
        #expect(accepted.map(\.object) == ["backup.sha256", "base.tar"])
        #expect(try history.memory(of: place).tampered.isEmpty)
    }

    @Test func `what is as before again is not tampered any more`() throws {
        try tamper()
        try history.verify(objects: [reading("base.tar"), reading("backup.sha256"), reading("same")])
        #expect(try history.memory(of: place).tampered.isEmpty)
    }
}
