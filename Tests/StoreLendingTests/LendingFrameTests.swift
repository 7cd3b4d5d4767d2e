// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore
import TestKit
import Testing
import Threads

@testable import StoreLending

@Suite struct `What a borrower sends` {
    private static func frame(_ kind: UInt8, _ question: UInt32, _ content: [UInt8]) -> [UInt8] {
        [kind, 0, 0, 0] + [0, 0, UInt8(question >> 8 & 255), UInt8(question & 255)]
            + [0, UInt8(content.count >> 16), UInt8(content.count >> 8 & 255), UInt8(content.count & 255)]
            + content
    }

    private static let head = Array(#"{"store":0,"wish":{"head":{"_0":"a"}}}"#.utf8)

    private static let faults: [(String, [UInt8])] = [
        ("no kind of frame", frame(99, 1, [])),
        ("bytes that should be zero", [1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("a question longer than any", [1, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0]),
        ("a message longer than any", [4, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0]),
        ("a length that no machine has", [4, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]),
        ("an answer", frame(5, 1, [1])),
        ("an end of an answer", frame(7, 1, [])),
        ("no JSON", frame(1, 1, [7])),
        ("a store that is not lent", frame(1, 1, Array(#"{"store":2,"wish":{"head":{"_0":"a"}}}"#.utf8))),
        ("a store before the first", frame(1, 1, Array(#"{"store":-1,"wish":{"head":{"_0":"a"}}}"#.utf8))),
        ("an end in the middle", [1, 0, 0]),
    ]

    @Test(arguments: faults) func `ends the serving when it is no word of theirs`(
        _ name: String, _ bytes: [UInt8]
    ) throws {
        let lending = Lending(MemoryStore())
        try lending.send(bytes)
        if name == "an end in the middle" { lending.end() }
        guard case .misbehaved = lending.ending.wait(for: { $0 }) else {
            Issue.record("\(name): \(String(describing: lending.ending.withState { $0 }))")
            return
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func `may not ask the same twice, or allow without end`(_ isTwice: Bool) throws {
        let store = MemoryStore()
        store.put("a", [1, 2, 3])
        let gate = Monitor(false)
        store.setFault { _, _ in gate.wait { $0 ? .some(nil) : nil } }
        let read = try Self.read("a", in: store)
        let lending = Lending(store)
        try lending.send(Self.frame(1, 1, read))
        if isTwice {
            try lending.send(Self.frame(1, 1, read))
        } else {
            // The last of them may meet an end.
            for _ in 0...StoreLender.mostAllowed { try? lending.send(Self.frame(2, 1, [])) }
        }
        // Not before the serving is over: an answer that is given frees its number.
        lending.lender.state.wait { $0.isEnded ? () : nil }
        gate.withState { $0 = true }
        try Self.expectMisbehaviour(lending)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func `may not leave questions behind without end, or use their numbers again`(_ isAgain: Bool) throws {
        let store = MemoryStore()
        store.put("a", [1, 2, 3])
        let gate = Monitor(false)
        store.setFault { _, _ in gate.wait { $0 ? .some(nil) : nil } }
        let read = try Self.read("a", in: store)
        let lending = Lending(store)
        if isAgain {
            try lending.send(Self.frame(1, 1, read))
            lending.lender.state.wait { $0.answering.contains(1) ? () : nil }
            try lending.send(Self.frame(3, 1, []) + Self.frame(1, 1, read))
        } else {
            for number in 0...StoreLender.mostQuestions {
                try? lending.send(Self.frame(1, UInt32(number), read))
            }
        }
        lending.lender.state.wait { $0.isEnded ? () : nil }
        gate.withState { $0 = true }
        try Self.expectMisbehaviour(lending)
    }

    /// A thread that has something to say is not waited for without end.
    @Test(.timeLimit(.minutes(1))) func `that stops reading keeps nobody`() throws {
        let store = MemoryStore()
        store.put("a", [UInt8](repeating: 7, count: 4 << 20))
        let read = try Self.read("a", in: store)
        let lending = Lending(reading: false, store)
        try lending.send(Self.frame(1, 1, read) + Self.frame(99, 1, []))
        try Self.expectMisbehaviour(lending)
    }

    /// A question for all of an object.
    private static func read(_ name: ObjectName, in store: MemoryStore) throws -> [UInt8] {
        let object = try store.head(name)
        return LendingJSON.bytes(
            LendingQuestion(
                store: 0,
                wish: .read(
                    name, from: 0, to: object.size, expected: WrittenValidators(object.validators),
                    isSecondLook: false)))
    }

    private static func expectMisbehaviour(_ lending: Lending) throws {
        guard case .misbehaved = lending.ending.wait(for: { $0 }) else {
            Issue.record("\(String(describing: lending.ending.withState { $0 }))")
            return
        }
    }

    @Test func `comes in any pieces`() throws {
        let stream =
            Self.frame(1, 1, Self.head) + Self.frame(2, 1, []) + Self.frame(4, 0, [1, 2, 3])
            + Self.frame(3, 1, [])
        var whole: [LendingFrame] = []
        var reader = LendingFrameReader()
        try reader.receive(stream) { whole.append($0) }
        try reader.finish()
        #expect(whole.map(\.kind) == [.ask, .more, .message, .leave])
        #expect(whole[0].content == Self.head && whole[0].question == 1)
        for size in 1...stream.count {
            var (frames, reader): ([LendingFrame], LendingFrameReader) = ([], LendingFrameReader())
            for start in stride(from: 0, to: stream.count, by: size) {
                try reader.receive(Array(stream[start..<min(start + size, stream.count)])) {
                    frames.append($0)
                }
            }
            try reader.finish()
            #expect(frames == whole)
        }
    }
}
