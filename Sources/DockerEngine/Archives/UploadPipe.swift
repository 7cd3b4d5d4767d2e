// SPDX-License-Identifier: Apache-2.0
import Threads

/// Bytes on their way from the thread that makes an archive to the one that sends it, through a bounded ring.
///
/// Either side may give up: the maker then breaks what is being sent, and the sender's failure comes out of the next
/// `write`.
final class UploadPipe: Sendable {
    /// In bytes; four of them are under way at most.
    private static let bufferSize = 512 << 10
    private static let bufferCount = 4

    /// `@unchecked Sendable`: only who took it out of the ring touches it.
    private final class Buffer: @unchecked Sendable {
        var bytes: [UInt8] = []
        /// How many of them were handed on.
        var sent = 0

        /// In one piece, not byte by byte: this is the way of a whole database.
        func move(_ count: Int, into room: inout OutputRawSpan) {
            room.withUnsafeMutableBytes { target, filled in
                bytes.withUnsafeBytes { source in
                    UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + count])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[sent..<sent + count]))
                }
                filled += count
            }
            sent += count
        }
    }

    private struct State {
        var filled: [Buffer] = []
        var spare = (0..<bufferCount).map { _ in Buffer() }
        var isWhole = false
        var isBroken = false
        /// Whether that is what ended the request.
        var endedBroken = false
        /// What became of the request; nil while it is on its way.
        var outcome: Result<Void, EngineError>?
    }

    private let monitor = Monitor(State())

    /// The maker's end; used by one thread.
    final class Writer {
        private let pipe: UploadPipe
        private var buffer: Buffer?

        init(_ pipe: UploadPipe) { self.pipe = pipe }

        /// Waits while the ring is full; throws when nobody sends any more.
        func write(_ bytes: RawSpan) throws(EngineError) {
            var rest = bytes
            while rest.byteCount > 0 {
                let buffer = try current()
                let room = UploadPipe.bufferSize - buffer.bytes.count
                let piece = rest.extracting(first: min(rest.byteCount, room))
                piece.withUnsafeBytes { buffer.bytes.append(contentsOf: $0) }
                rest = rest.extracting(droppingFirst: piece.byteCount)
                if buffer.bytes.count == UploadPipe.bufferSize { send() }
            }
        }

        private func current() throws(EngineError) -> Buffer {
            if let buffer { return buffer }
            let spare = try pipe.takeSpare()
            buffer = spare
            return spare
        }

        /// All is written.
        func end() {
            send()
            pipe.monitor.withState { $0.isWhole = true }
        }

        private func send() {
            guard let buffer else { return }
            self.buffer = nil
            pipe.monitor.withState { $0.filled.append(buffer) }
        }
    }

    /// What was written is not to be taken for the whole.
    func breakOff() { monitor.withState { $0.isBroken = true } }

    /// The request has ended, so or so.
    func close(_ outcome: Result<Void, EngineError>) { monitor.withState { $0.outcome = outcome } }

    /// The engine's own failure, or that of the maker, which then ended the request as well.
    func outcome(afterBreaking written: Result<Void, any Error>) throws {
        let (isBroken, outcome) = monitor.withState { ($0.endedBroken, $0.outcome) }
        if !isBroken, case .failure(let error)? = outcome { throw error }
        try written.get()
    }

    private func takeSpare() throws(EngineError) -> Buffer {
        let step = monitor.wait { state -> Result<Buffer, EngineError>? in
            switch state.outcome {
            case .failure(let error): .failure(error)
            case .success:
                .failure(.misbehaving("unpacking an archive", reason: "an answer before the archive's end"))
            case nil: state.spare.popLast().map { .success($0) }
            }
        }
        return try step.get()
    }

    /// The sender's end: appends what is there, waiting for some; nothing at the end.
    func fill(_ room: inout OutputRawSpan) throws(EngineError) {
        let next = monitor.wait { state -> Result<Buffer?, EngineError>? in
            if state.isBroken {
                state.endedBroken = true
                return .failure(.misbehaving("unpacking an archive", reason: "broken off"))
            }
            if let first = state.filled.first { return .success(first) }
            return state.isWhole ? .success(nil) : nil
        }
        guard let buffer = try next.get() else { return }
        let count = min(room.freeCapacity, buffer.bytes.count - buffer.sent)
        buffer.move(count, into: &room)
        if buffer.sent == buffer.bytes.count { giveBack(buffer) }
    }

    private func giveBack(_ buffer: Buffer) {
        buffer.bytes.removeAll(keepingCapacity: true)
        buffer.sent = 0
        monitor.withState { state in
            state.filled.removeFirst()
            state.spare.append(buffer)
        }
    }
}
