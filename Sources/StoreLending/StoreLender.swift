// SPDX-License-Identifier: Apache-2.0
public import ObjectStore
import Threads

/// Answers questions of another process to stores that this one has opened, over a channel.
///
/// The other process gets neither keys nor a network, only what is in these stores, and only to read. It is not trusted:
/// whatever it sends is held to limits, and what breaks the rules ends the serving. An error of a store is told as what it is.
public final class StoreLender: Sendable {
    /// How the serving ended.
    public enum Ending: Equatable, Sendable {
        /// The other side has closed its end, or `heard` has had enough.
        case finished
        /// The other side does not speak as it should.
        case misbehaved(String)
        case broken(ChannelFault)
    }

    /// How many questions are answered at once.
    static let mostAnswers = 64
    /// How many questions may wait for an answer or be at one, those that were left in the middle of it among them.
    static let mostQuestions = 1024
    /// How many frames a borrower may allow in advance.
    static let mostAllowed = 1024

    let stores: [any ObjectStore]
    private let channel: any ClosableChannel
    let sender: FrameSender
    let state = Monitor(State())

    struct State {
        /// Those that no thread has taken up yet.
        var waiting: [(UInt32, LendingQuestion)] = []
        /// Those that a thread is at, also when nobody wants the answer any more: their numbers are taken.
        var answering: Set<UInt32> = []
        /// How many frames may go out; of all questions whose answer is wanted.
        var allowed: [UInt32: Int] = [:]
        var idle = 0
        var isEnded = false

        /// Takes a question in; false where there are too many, or its number is taken.
        mutating func admit(_ number: UInt32, _ question: LendingQuestion) -> Bool {
            guard allowed[number] == nil, !answering.contains(number),
                waiting.count + answering.count < StoreLender.mostQuestions
            else { return false }
            allowed[number] = LendingFrame.window
            waiting.append((number, question))
            return true
        }

        /// Nobody wants the answer any more; one that is being given comes to its end at the next frame.
        mutating func drop(_ number: UInt32) {
            allowed[number] = nil
            waiting.removeAll { $0.0 == number }
        }
    }

    /// `stores` are named by their places in this list.
    public init(_ stores: [any ObjectStore], over channel: any ClosableChannel) {
        (self.stores, self.channel) = (stores, channel)
        sender = FrameSender(channel)
    }

    /// Says something to the other process that concerns no store: up to 64 MiB.
    public func say(_ message: [UInt8]) throws(ChannelFault) { try sender.send(.message, 0, message) }

    /// Serves in this thread and in others until the channel ends or `heard` returns false, which is told what the other
    /// process has to say; returns when the channel is ended and all threads are at rest.
    ///
    /// A store may keep a thread longer than the channel lasts: until its next bytes.
    public func serve(_ heard: ([UInt8]) -> Bool) -> Ending {
        var threads: [WorkerThread] = []
        defer {
            state.withState { $0.isEnded = true }
            // Who does not read any more would keep a thread that has something to say.
            channel.end()
            for thread in threads { thread.join() }
        }
        var reader = LendingFrameReader()
        while true {
            var ending: Ending?
            do {
                let bytes = try channel.read(upTo: 256 << 10)
                guard !bytes.isEmpty else {
                    try reader.finish()
                    return .finished
                }
                try reader.receive(bytes) { frame in
                    if ending == nil { ending = take(frame, heard, &threads) }
                }
            } catch let fault as ChannelFault { return .broken(fault) } catch {
                return .misbehaved("what it sends makes no sense")
            }
            if let ending { return ending }
        }
    }

    /// Nil while it goes on.
    private func take(
        _ frame: LendingFrame, _ heard: ([UInt8]) -> Bool, _ threads: inout [WorkerThread]
    ) -> Ending? {
        switch frame.kind {
        case .message: return heard(frame.content) ? nil : .finished
        case .ask: return ask(frame, &threads)
        case .more:
            let isTooMuch = state.withState { state in
                guard let allowed = state.allowed[frame.question] else { return false }
                state.allowed[frame.question] = allowed + 1
                return allowed >= Self.mostAllowed
            }
            return isTooMuch ? .misbehaved("it allows more than it can take") : nil
        case .leave:
            state.withState { $0.drop(frame.question) }
            return nil
        case .bytes, .listed, .done, .failed: return .misbehaved("it answers what nobody asked")
        }
    }

    private func ask(_ frame: LendingFrame, _ threads: inout [WorkerThread]) -> Ending? {
        guard let question: LendingQuestion = LendingJSON.words(frame.content),
            stores.indices.contains(question.store)
        else { return .misbehaved("it asks what cannot be answered") }
        let needsThread = state.withState { state -> Bool? in
            guard state.admit(frame.question, question) else { return nil }
            return state.idle < state.waiting.count
        }
        guard let needsThread else { return .misbehaved("it asks too much at once") }
        guard needsThread, threads.count < Self.mostAnswers else { return nil }
        if let thread = WorkerThread.start({ self.answerAll() }) { threads.append(thread) }
        return threads.isEmpty ? .broken(ChannelFault("the system has no thread left")) : nil
    }
}
