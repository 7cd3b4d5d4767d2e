// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// An HTTP/1.1 server on 127.0.0.1 or a Unix socket for the faults that real servers do not do.
///
/// One thread per connection asks the script what to answer, and does just that. Every request is kept, so
/// that a test can count them and prove what was asked. It stops with `stop()` or when it is released.
public final class ScriptedServer: Sendable {
    /// A request and how much of its answer was sent, head included.
    public struct Exchange: Sendable {
        public var request: ScriptedRequest
        public internal(set) var bytesSent = 0
    }

    public typealias Script = @Sendable (ScriptedRequest) -> ScriptedReply

    /// 0 on a Unix socket.
    public let port: Int
    private let log: Log
    private let listener: Int32

    /// What it does before a script is asked.
    public struct Habits: Sendable {
        /// Whether it reads a chunked body; otherwise it answers by the head alone.
        public var readsStreams = true
        /// Whether it ends a connection that begins with a TLS handshake; otherwise it goes on waiting for a request.
        public var refusesTLS = false

        public init(readsStreams: Bool = true, refusesTLS: Bool = false) {
            (self.readsStreams, self.refusesTLS) = (readsStreams, refusesTLS)
        }
    }

    public static func start(
        _ habits: Habits = Habits(), _ script: @escaping Script
    ) throws -> ScriptedServer {
        let (listener, port) = try ScriptedSocket.listen()
        return ScriptedServer(listener, port, habits, script)
    }

    /// Listens on a Unix socket.
    public static func start(
        at path: String, _ habits: Habits = Habits(), _ script: @escaping Script
    ) throws -> ScriptedServer {
        ScriptedServer(try ScriptedSocket.listen(at: path), 0, habits, script)
    }

    private init(_ listener: Int32, _ port: Int, _ habits: Habits, _ script: @escaping Script) {
        let log = Log()
        (self.listener, self.port, self.log) = (listener, port, log)
        startThread {
            while let descriptor = ScriptedSocket.accept(listener) {
                guard let number = log.opened(descriptor) else { break }
                startThread { ScriptedConnection(descriptor, number, log, habits, script).serve() }
            }
            close(listener)
        }
    }

    deinit { stop() }

    public var baseURL: String { port == 0 ? "http://localhost" : "http://127.0.0.1:\(port)" }

    /// All requests so far, in the order of their arrival.
    public var exchanges: [Exchange] { log.state.withLock { $0.exchanges } }

    public var requests: [ScriptedRequest] { exchanges.map(\.request) }

    /// How many connections were accepted so far.
    public var connections: Int { log.state.withLock { $0.connections } }

    /// Forgets the requests so far; their numbers go on.
    public func forgetExchanges() { log.state.withLock { $0.forget() } }

    /// Ends all connections and frees the port; may be called more than once.
    public func stop() {
        // The listener wakes the thread that accepts, which closes the descriptor.
        if log.close() { shutdown(listener, Int32(SHUT_RDWR)) }
    }
}

extension ScriptedServer {
    /// What the threads of one server share; lives until the last of them has ended.
    final class Log: Sendable {
        struct State {
            var exchanges: [Exchange] = []
            var forgotten = 0
            var connections = 0
            var open: Set<Int32> = []
            var isStopped = false

            mutating func forget() {
                forgotten += exchanges.count
                exchanges = []
            }
        }

        let state = Mutex(State())

        /// Takes note of a connection and returns its number; closes it when the server has stopped.
        func opened(_ descriptor: Int32) -> Int? {
            state.withLock { state in
                guard !state.isStopped else {
                    Glibc.close(descriptor)
                    return nil
                }
                state.open.insert(descriptor)
                state.connections += 1
                return state.connections
            }
        }

        // Under the lock, so that `close` never shuts down a descriptor that is somebody else's by then.
        func closed(_ descriptor: Int32) {
            state.withLock { state in
                state.open.remove(descriptor)
                Glibc.close(descriptor)
            }
        }

        /// Ends all connections; false when that was done before.
        func close() -> Bool {
            state.withLock { state in
                guard !state.isStopped else { return false }
                state.isStopped = true
                for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
                return true
            }
        }

        /// Numbers a request and keeps it.
        func received(_ request: ScriptedRequest) -> ScriptedRequest {
            state.withLock { state in
                var request = request
                request.number = state.forgotten + state.exchanges.count + 1
                state.exchanges.append(Exchange(request: request))
                return request
            }
        }

        func sent(_ count: Int, for request: ScriptedRequest) {
            state.withLock { state in
                let index = request.number - 1 - state.forgotten
                if state.exchanges.indices.contains(index) { state.exchanges[index].bytesSent += count }
            }
        }
    }
}
