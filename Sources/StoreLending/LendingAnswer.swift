// SPDX-License-Identifier: Apache-2.0
import ObjectStore
import Threads

/// What has come of one answer and was not taken up yet.
final class LendingAnswer: Sendable {
    let question: UInt32
    private let sender: FrameSender
    private let state = Monitor(State())

    private struct State {
        var frames: [LendingFrame] = []
        var isOver = false
        var isLost = false
    }

    /// Says nothing of any object.
    static let lost = ObjectStoreError.gaveUp("the store", attempts: "the process that has opened it is gone")

    init(_ question: UInt32, _ sender: FrameSender) { (self.question, self.sender) = (question, sender) }

    var isOver: Bool { state.withState { $0.isOver || $0.isLost } }

    func receive(_ frame: LendingFrame) { state.withState { $0.frames.append(frame) } }

    func breakOff() { state.withState { $0.isLost = true } }

    /// Hands over the frames before the last one, of the kind that is asked for, and returns what that says.
    func end(
        _ kind: LendingFrame.Kind? = nil, _ body: ([UInt8]) throws(ObjectStoreError) -> Void = { _ in }
    ) throws(ObjectStoreError) -> LendingEnd {
        while true {
            let frame = try next()
            switch frame.kind {
            case .done:
                guard let end: LendingEnd = LendingJSON.words(frame.content) else { throw Self.nonsense }
                return end
            case .failed: throw LendingJSON.words(frame.content) ?? Self.nonsense
            case let found where found == kind:
                try body(frame.content)
                // When it cannot be asked for, the next wait says so.
                try? sender.send(.more, question)
            default: throw Self.nonsense
            }
        }
    }

    private func next() throws(ObjectStoreError) -> LendingFrame {
        let frame = state.wait { state -> LendingFrame?? in
            guard !state.frames.isEmpty else { return state.isLost ? .some(nil) : nil }
            let frame = state.frames.removeFirst()
            state.isOver = frame.kind == .done || frame.kind == .failed
            return frame
        }
        guard let frame else { throw Self.lost }
        return frame
    }

    static let nonsense = ObjectStoreError.misbehaving("the store", reason: "its lender's answer")
}
