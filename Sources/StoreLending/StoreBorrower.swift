// SPDX-License-Identifier: Apache-2.0
public import ObjectStore
import Threads

/// The other end of a `StoreLender`: stores that another process has opened, to be read here.
public final class StoreBorrower: Sendable {
    private let channel: any ByteChannel
    let sender: FrameSender
    private let state = Monitor(State())

    private struct State {
        var last: UInt32 = 0
        var open: [UInt32: LendingAnswer] = [:]
        var hasEnded = false
    }

    /// Nothing that comes is taken before somebody calls `listen`.
    public init(over channel: any ByteChannel) {
        self.channel = channel
        sender = FrameSender(channel)
    }

    /// The store at a place in the lender's list; `url` is what it calls it.
    public func store(_ place: Int, url: String) -> any ObjectStore {
        LentStore(url: url, place: place, borrower: self)
    }

    /// Says something to the lender that concerns no store: up to 64 MiB.
    public func say(_ message: [UInt8]) throws(ChannelFault) { try sender.send(.message, 0, message) }

    /// Takes what comes, in this thread, until the channel ends; `heard` is told what the lender has to say.
    ///
    /// Who still waits for an answer then gets an error that says nothing of any object.
    public func listen(_ heard: ([UInt8]) -> Void) {
        var reader = LendingFrameReader()
        do {
            while true {
                let bytes = try channel.read(upTo: 1 << 20)
                guard !bytes.isEmpty else { break }
                try reader.receive(bytes) { frame in
                    if frame.kind == .message {
                        heard(frame.content)
                    } else {
                        state.withState { $0.open[frame.question] }?.receive(frame)
                    }
                }
            }
        } catch {}
        let open = state.withState { state in
            state.hasEnded = true
            return state.open.values
        }
        for answer in open { answer.breakOff() }
    }

    /// Asks, and hands the answer to `body`; whatever comes afterwards is dropped.
    func ask<Result>(
        _ question: LendingQuestion, _ body: (LendingAnswer) throws(ObjectStoreError) -> Result
    ) throws(ObjectStoreError) -> Result {
        let answer = state.withState { state -> LendingAnswer? in
            guard !state.hasEnded else { return nil }
            repeat { state.last &+= 1 } while state.open[state.last] != nil
            let answer = LendingAnswer(state.last, sender)
            state.open[state.last] = answer
            return answer
        }
        guard let answer else { throw LendingAnswer.lost }
        defer { state.withState { $0.open[answer.question] = nil } }
        do throws(ChannelFault) {
            try sender.send(.ask, answer.question, LendingJSON.bytes(question))
        } catch { throw .gaveUp("the store", attempts: error.reason) }
        do throws(ObjectStoreError) { return try body(answer) } catch {
            if !answer.isOver { try? sender.send(.leave, answer.question) }
            throw error
        }
    }
}
