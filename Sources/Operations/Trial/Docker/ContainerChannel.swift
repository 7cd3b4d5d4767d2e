// SPDX-License-Identifier: Apache-2.0
import DockerEngine
import StoreLending
import Synchronization

/// The standard input and output of a container as a channel; of what it says besides, the end is kept.
final class ContainerChannel: ClosableChannel {
    private let attached: AttachedContainer
    private let state = Mutex(State())
    private static let limit = 4096

    private struct State {
        var output: [UInt8] = []
        var said: [UInt8] = []
        var failure: EngineError?
    }

    init(_ attached: AttachedContainer) { self.attached = attached }

    /// The last it said on its standard error.
    var said: String { state.withLock { String(decoding: $0.said, as: UTF8.self) } }

    /// What the engine failed of; nil when it did not.
    var failure: EngineError? { state.withLock { $0.failure } }

    func read(upTo limit: Int) throws(ChannelFault) -> [UInt8] {
        while true {
            let waiting = state.withLock { state in
                defer { state.output.removeFirst(min(limit, state.output.count)) }
                return Array(state.output.prefix(limit))
            }
            guard waiting.isEmpty else { return waiting }
            let goesOn = try attempt { () throws(EngineError) in try attached.read(receive) }
            if !goesOn { return [] }
        }
    }

    func write(_ bytes: RawSpan) throws(ChannelFault) {
        try attempt { () throws(EngineError) in try attached.write(bytes) }
    }

    func end() { attached.end() }

    private func receive(_ stream: OutputStream, _ bytes: RawSpan) {
        bytes.withUnsafeBytes { bytes in
            state.withLock { state in
                switch stream {
                case .output: state.output.append(contentsOf: bytes)
                case .errors: state.said = Array((state.said + bytes).suffix(Self.limit))
                }
            }
        }
    }

    private func attempt<Result>(_ step: () throws(EngineError) -> Result) throws(ChannelFault) -> Result {
        do throws(EngineError) { return try step() } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            let isInterruption = if case .interrupted = error { true } else { false }
            throw ChannelFault(error.message, isInterruption: isInterruption)
        }
    }
}
