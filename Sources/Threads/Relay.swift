// SPDX-License-Identifier: Apache-2.0

/// Bytes on their way from the thread that reads them to one that takes them apart, in order, through a
/// bounded ring of buffers.
///
/// The reader copies small pieces together, so that the threads meet twice per half a MiB and not per
/// 16 KiB; when the ring is full it waits, and with it the store.
public final class Relay: Sendable {
    /// In bytes; four of them are under way at most.
    private static let bufferSize = 512 << 10
    private static let bufferCount = 4

    /// `@unchecked Sendable`: only who took it out of the ring touches it.
    private final class Buffer: @unchecked Sendable {
        var bytes: [UInt8] = []

        func append(_ piece: RawSpan) {
            if bytes.capacity == 0 { bytes.reserveCapacity(Relay.bufferSize) }
            piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
    }

    private struct State {
        var filled: [Buffer] = []
        var spare = (0..<bufferCount).map { _ in Buffer() }
        var isEnded = false
    }

    private let monitor = Monitor(State())

    /// With empty buffers; they are made when they are first filled.
    public init() {}

    /// The reader's end of a relay.
    public final class Writer {
        private let relay: Relay
        private var buffer: Buffer
        private var hasEnded = false

        /// Takes the first buffer; a relay has one writer.
        public init(_ relay: Relay) {
            self.relay = relay
            buffer = relay.takeSpare()
        }

        /// Copies the bytes, and waits while the ring is full; not to be called after `end`.
        public func receive(_ bytes: RawSpan) {
            var rest = bytes
            while rest.byteCount > 0 {
                let room = Relay.bufferSize - buffer.bytes.count
                let piece = rest.extracting(first: min(rest.byteCount, room))
                buffer.append(piece)
                rest = rest.extracting(droppingFirst: piece.byteCount)
                if buffer.bytes.count == Relay.bufferSize { send() }
            }
        }

        /// Nothing more will come.
        public func end() {
            guard !hasEnded else { return }
            hasEnded = true
            relay.fill(buffer)
            relay.monitor.withState { $0.isEnded = true }
        }

        private func send() {
            relay.fill(buffer)
            buffer = relay.takeSpare()
        }
    }

    private func takeSpare() -> Buffer { monitor.wait { $0.spare.popLast() } }

    private func fill(_ buffer: Buffer) { monitor.withState { $0.filled.append(buffer) } }

    /// Hands over everything that is written, until the writer's end; called by one thread.
    public func drain(_ body: (RawSpan) -> Void) {
        while let buffer = next() {
            body(buffer.bytes.span.bytes)
            buffer.bytes.removeAll(keepingCapacity: true)
            monitor.withState { $0.spare.append(buffer) }
        }
    }

    /// Nil when all has been handed over.
    private func next() -> Buffer? {
        monitor.wait { state -> Buffer?? in
            if !state.filled.isEmpty { return .some(state.filled.removeFirst()) }
            return state.isEnded ? .some(nil) : nil
        }
    }
}
