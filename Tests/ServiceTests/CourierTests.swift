// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Service
import Synchronization
import Testing

/// A channel that does what a test says, and remembers what it took.
private final class ScriptedChannel: Channel {
    let name: String
    let occasions: Set<Message.Occasion>
    private let state = Mutex((failures: [DeliveryError](), taken: [String](), attempts: 0))

    init(_ name: String, _ occasions: Set<Message.Occasion> = [.incident, .recovery]) {
        (self.name, self.occasions) = (name, occasions)
    }

    var taken: [String] { state.withLock { $0.taken } }
    var attempts: Int { state.withLock { $0.attempts } }

    func fail(_ errors: DeliveryError...) { state.withLock { $0.failures = errors } }

    func deliver(_ message: Message) throws(DeliveryError) {
        let failure = state.withLock { state -> DeliveryError? in
            state.attempts += 1
            if !state.failures.isEmpty { return state.failures.removeFirst() }
            state.taken.append(message.id)
            return nil
        }
        if let failure { throw failure }
    }
}

@Suite struct CourierTests {
    /// A clock that a test moves.
    private final class Hands: Sendable {
        let time = Mutex(night)
        var clock: WallClock { WallClock { self.time.withLock { $0 } } }
        func move(seconds: Int64) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
    }

    private let outbox = MemoryOutbox()
    private let hands = Hands()
    private let down = DeliveryError("nobody answers")

    private func courier(_ channels: any Channel...) -> Courier {
        Courier(outbox, channels: channels, clock: hands.clock)
    }

    private func message(_ id: String, _ occasion: Message.Occasion = .incident) -> Message {
        Message(id: id, occasion: occasion, written: hands.clock.now, subject: id, text: id)
    }

    @Test func `each channel gets what it wants, once and in order`() throws {
        let (all, some) = (ScriptedChannel("all"), ScriptedChannel("some", [.recovery]))
        let courier = courier(all, some)
        for id in ["a", "b", "a"] { try courier.post(message(id)) }
        try courier.post(message("c", .recovery))
        #expect(try courier.deliver() == nil)
        #expect(try courier.deliver() == nil)
        try courier.post(message("a"))
        try courier.deliver()
        #expect(all.taken == ["a", "b", "c"])
        #expect(some.taken == ["c"])
    }

    @Test func `a dead channel keeps its messages in order and holds up no other`() throws {
        let (dead, alive) = (ScriptedChannel("dead"), ScriptedChannel("alive"))
        let courier = courier(dead, alive)
        dead.fail(down, down)
        for id in ["a", "b"] { try courier.post(message(id)) }
        #expect(try courier.deliver() == night.advanced(bySeconds: 30))
        #expect(alive.taken == ["a", "b"])
        #expect(dead.attempts == 1)
        let standing = try courier.standings()
        #expect(standing.map(\.undelivered) == [2, 0])
        #expect(standing[0].waitingSince == night && standing[0].failure == "nobody answers")
        #expect(standing[1].lastDelivery == night && standing[1].failure == nil)
        // Not before its time.
        hands.move(seconds: 29)
        #expect(try courier.deliver() == night.advanced(bySeconds: 30))
        #expect(dead.attempts == 1)
        hands.move(seconds: 1)
        #expect(try courier.deliver() == hands.clock.now.advanced(bySeconds: 60))
        hands.move(seconds: 60)
        #expect(try courier.deliver() == nil)
        #expect(dead.taken == ["a", "b"])
        #expect(try courier.standings()[0].undelivered == 0)
    }

    @Test func `pauses grow to an hour and no further, however long a channel is dead`() throws {
        let dead = ScriptedChannel("dead")
        let courier = courier(dead)
        try courier.post(message("a"))
        var pauses: [Int64] = []
        for _ in 1...70 {
            dead.fail(down)
            let next = try #require(try courier.deliver())
            pauses.append(next.seconds(since: hands.clock.now))
            hands.move(seconds: pauses[pauses.count - 1])
        }
        #expect(pauses.prefix(8) == [30, 60, 120, 240, 480, 960, 1920, 3600])
        #expect(pauses.dropFirst(8).allSatisfy { $0 == 3600 })
        #expect(try courier.deliver() == nil)
        #expect(dead.taken == ["a"])
    }

    @Test func `a message that is refused eight times is set aside, and the next one goes`() throws {
        let choosy = ScriptedChannel("choosy")
        let courier = courier(choosy)
        for id in ["bad", "good"] { try courier.post(message(id)) }
        let refusal = DeliveryError("status 400", isRefusal: true)
        for _ in 1...8 {
            #expect(choosy.taken == [])
            choosy.fail(refusal)
            try courier.deliver()
            hands.move(seconds: 3600)
        }
        #expect(choosy.taken == ["good"])
        #expect(try courier.standings()[0].givenUp == 1)
        // It is not taken up again.
        try courier.post(message("bad"))
        try courier.deliver()
        #expect(choosy.taken == ["good"])
    }

    @Test func `failures of a channel never set a message aside`() throws {
        let dead = ScriptedChannel("dead")
        let courier = courier(dead)
        try courier.post(message("a"))
        for _ in 1...20 {
            dead.fail(down)
            try courier.deliver()
            hands.move(seconds: 3600)
        }
        try courier.deliver()
        #expect(dead.taken == ["a"])
    }

    @Test func `a clock that was far ahead holds nothing up`() throws {
        let channel = ScriptedChannel("c")
        let courier = courier(channel)
        hands.move(seconds: 86_400 * 365)
        channel.fail(down)
        try courier.post(message("a"))
        try courier.deliver()
        hands.move(seconds: -86_400 * 365)
        #expect(try courier.deliver() == nil)
        #expect(channel.taken == ["a"])
    }

    @Test func `who is asked to stop begins no other delivery`() throws {
        let channel = ScriptedChannel("c")
        let courier = courier(channel)
        try courier.post(message("a"))
        let cancellation = Cancellation()
        cancellation.request()
        #expect(try courier.deliver(cancellation: cancellation) == night)
        #expect(channel.attempts == 0)
        #expect(try courier.standings()[0].undelivered == 1)
    }

    @Test func `a test goes to every channel at once, and keeps nothing`() throws {
        let (dead, quiet) = (ScriptedChannel("dead"), ScriptedChannel("quiet", []))
        dead.fail(down)
        let results = courier(dead, quiet).test()
        #expect(results.map(\.channel) == ["dead", "quiet"])
        #expect(results.map(\.failure) == [down, nil])
        #expect(quiet.taken.count == 1)
        #expect(try courier(dead, quiet).standings().map(\.undelivered) == [0, 0])
    }
}
