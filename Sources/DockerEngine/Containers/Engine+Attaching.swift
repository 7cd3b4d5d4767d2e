// SPDX-License-Identifier: Apache-2.0
import HTTP
import Synchronization

extension Engine {
    /// Connects to the input and the output of a container that `takesInput`, before it is started.
    ///
    /// Nothing that it writes is lost then. Its input ends with the connection, and so with this process, however that ends.
    public func attach(to container: String) throws(EngineError) -> AttachedContainer {
        let call = EngineCall(
            .post, ["containers", .name(container), "attach"],
            query: [("stream", "1"), ("stdin", "1"), ("stdout", "1"), ("stderr", "1")],
            step: "attaching to container '\(container)'", of: (.container, container))
        return AttachedContainer(try channel.upgrade(call), channel, call)
    }
}

/// The input and the output of a container.
///
/// One thread may read while others write, one at a time.
public final class AttachedContainer: Sendable {
    private let connection: UpgradedConnection
    private let channel: EngineChannel
    private let call: EngineCall
    private let frames = Mutex(StreamFrames())

    init(_ connection: UpgradedConnection, _ channel: EngineChannel, _ call: EngineCall) {
        (self.connection, self.channel, self.call) = (connection, channel, call)
    }

    /// Waits for what it writes next and hands it on; false when it has ended, or the engine has.
    ///
    /// Bytes are valid during the call only.
    public func read(_ body: (OutputStream, RawSpan) -> Void) throws(EngineError) -> Bool {
        let bytes = try attempt { () throws(HTTPError) in try connection.read(upTo: 256 << 10) }
        let outcome = frames.withLock { frames -> Result<Void, StreamFrames.Fault> in
            do throws(StreamFrames.Fault) {
                if bytes.isEmpty { try frames.finish() } else { try frames.receive(bytes.span.bytes, body) }
                return .success(())
            } catch { return .failure(error) }
        }
        switch outcome {
        case .success: return !bytes.isEmpty
        case .failure(.malformed): throw .misbehaving(call.step, reason: "its stream of output is none")
        case .failure(.cutShort): throw .connectionLost(call.step, reason: "its output ends in the middle")
        }
    }

    /// Returns when the engine has taken all of them.
    public func write(_ bytes: RawSpan) throws(EngineError) {
        try attempt { () throws(HTTPError) in try connection.write(bytes) }
    }

    /// Ends its input and lets go of its output; who reads or writes comes back at once.
    public func end() { connection.end() }

    private func attempt<Result>(_ step: () throws(HTTPError) -> Result) throws(EngineError) -> Result {
        do throws(HTTPError) { return try step() } catch {
            throw EngineError(error, on: channel.address, to: call, channel.cancellation)
        }
    }
}
