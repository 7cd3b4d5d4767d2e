// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct OutboxTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private func message(_ id: String) -> Message {
        Message(
            id: id, occasion: .incident, written: clock.now, subject: "a\nb \"c\" \\ é", text: "text",
            incident: Incident(
                store: "shop", kind: "damaged", subject: "A", since: clock.now, headline: "h", meaning: "m",
                nextBest: RecoveryPoint(label: "B", taken: clock.now, level: .inspected), command: "x"))
    }

    private func failure(_ reason: String, isRefusal: Bool = false) -> WaitingMessage.Failure {
        WaitingMessage.Failure(
            reason: reason, isRefusal: isRefusal, notBefore: clock.now.advanced(bySeconds: 30))
    }

    @Test func `a message is given back as it was, to each channel in order and once`() throws {
        for id in ["a", "b", "a"] { try history.keep(message(id), for: "mail") }
        try history.keep(message("b"), for: "webhook")
        let first = try #require(try history.next(for: "mail"))
        #expect(first.message == message("a"))
        #expect((first.attempts, first.refusals) == (0, 0) && first.notBefore == nil)
        #expect(try history.next(for: "webhook")?.message.id == "b")
        try history.end(first.id, .delivered, at: clock.now)
        #expect(try history.next(for: "mail")?.message.id == "b")
        #expect(try history.next(for: "none") == nil)
        // What was delivered is not told again.
        try history.keep(message("a"), for: "mail")
        #expect(try history.standings(of: ["mail"]).map(\.undelivered) == [1])
    }

    @Test func `attempts are counted, also by the next process`() throws {
        try history.keep(message("a"), for: "mail")
        let id = try #require(try history.next(for: "mail")).id
        try history.postpone(id, failure("nobody answers"))
        try history.postpone(id, failure("status 400", isRefusal: true))
        let later = try scratch.open(clock: clock)
        let waiting = try #require(try later.next(for: "mail"))
        #expect((waiting.attempts, waiting.refusals) == (2, 1))
        #expect(waiting.notBefore == clock.now.advanced(bySeconds: 30))
        #expect(try later.standings(of: ["mail"]).map(\.failure) == ["status 400"])
    }

    @Test func `standings say what waits, since when, and what became of the rest`() throws {
        let start = clock.now
        for id in ["a", "b", "c"] {
            try history.keep(message(id), for: "mail")
            clock.advance(60)
        }
        let delivered = clock.now
        try history.end(try #require(try history.next(for: "mail")).id, .delivered, at: delivered)
        clock.advance(60)
        try history.end(try #require(try history.next(for: "mail")).id, .givenUp, at: clock.now)
        let standings = try history.standings(of: ["none", "mail"])
        #expect(standings[0] == ChannelStatus(name: "none"))
        #expect(
            standings[1]
                == ChannelStatus(
                    name: "mail", undelivered: 1, waitingSince: start.advanced(bySeconds: 120),
                    lastDelivery: delivered, givenUp: 1))
    }

    @Test func `what is settled is not tried, settled or changed again`() throws {
        try history.keep(message("a"), for: "mail")
        let id = try #require(try history.next(for: "mail")).id
        try history.end(id, .delivered, at: clock.now)
        #expect(throws: HistoryError.self) { try history.end(id, .givenUp, at: clock.now) }
        #expect(throws: HistoryError.self) { try history.postpone(id, failure("late")) }
        #expect(throws: HistoryError.self) { try history.end(.init(99), .delivered, at: clock.now) }
        #expect(try history.standings(of: ["mail"]).map(\.givenUp) == [0])
    }

    @Test(arguments: WaitingMessage.End.allCases) func `every end fits`(end: WaitingMessage.End) throws {
        try history.keep(message("a"), for: "mail")
        try history.end(try #require(try history.next(for: "mail")).id, end, at: clock.now)
        #expect(try history.next(for: "mail") == nil)
    }

    @Test func `a message that only a newer program can read holds up no other`() throws {
        try history.tamper(
            """
            INSERT INTO message (channel, message_id, written, document)
            VALUES ('mail', 'new', 1, '{"occasion": "of tomorrow"}')
            """)
        try history.keep(message("a"), for: "mail")
        #expect(try history.next(for: "mail")?.message.id == "a")
        #expect(try history.standings(of: ["mail"]).map(\.undelivered) == [2])
    }
}
