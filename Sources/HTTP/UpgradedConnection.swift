// SPDX-License-Identifier: Apache-2.0
import CCurl
import Diagnostics
import Glibc
import Synchronization

/// A connection that a server has left to its client: bytes both ways, and no more HTTP.
///
/// One thread may read while others write, one at a time. It is closed with this value, or before by `end`.
public final class UpgradedConnection: Sendable {
    private let handle: Mutex<CurlHandle>
    private let socket: Int32
    private let host: String
    private let cancellation: Cancellation
    /// What came behind the head of the answer, and whether somebody has ended it.
    private let early: Mutex<[UInt8]>
    private let isEnded = Atomic(false)

    /// In milliseconds: how soon a request to stop is seen.
    private static let slice: Int32 = 200

    init(_ handle: CurlHandle, socket: Int32, host: String, cancellation: Cancellation) {
        (self.socket, self.host, self.cancellation) = (socket, host, cancellation)
        self.handle = Mutex(handle)
        early = Mutex([])
    }

    /// The next bytes, at most `limit` of them; none at the other side's end, or after `end`.
    ///
    /// Waits for them as long as it takes, unless `patience` has a number of seconds.
    public func read(upTo limit: Int, patience: Int? = nil) throws(HTTPError) -> [UInt8] {
        let waiting = early.withLock { bytes in
            defer { bytes.removeFirst(min(limit, bytes.count)) }
            return Array(bytes.prefix(limit))
        }
        guard waiting.isEmpty else { return waiting }
        let start = ContinuousClock.now
        while !isEnded.load(ordering: .acquiring) {
            let step = handle.withLock { $0.receive(upTo: limit) }
            switch step {
            case .done(let bytes): return bytes
            case .failed(let failure): throw error(failure)
            case .notYet: try wait(for: POLLIN, since: start, patience)
            }
        }
        return []
    }

    /// Returns when all of them were taken.
    public func write(_ bytes: RawSpan) throws(HTTPError) {
        var rest = bytes
        while rest.byteCount > 0 {
            guard !isEnded.load(ordering: .acquiring) else {
                throw HTTPError(.other, host: host, "the connection was ended")
            }
            let step = handle.withLock { $0.send(rest) }
            switch step {
            case .done(let count): rest = rest.extracting(droppingFirst: count)
            case .failed(let failure): throw error(failure)
            case .notYet: try wait(for: POLLOUT, since: .now, nil)
            }
        }
    }

    /// Ends it for both sides; who reads or writes comes back at once.
    public func end() {
        isEnded.store(true, ordering: .releasing)
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Puts back what was read and belongs to who reads next.
    func putBack(_ bytes: [UInt8]) { early.withLock { $0 = bytes + $0 } }

    private func wait(
        for events: Int32, since start: ContinuousClock.Instant, _ patience: Int?
    ) throws(HTTPError) {
        guard !cancellation.isRequested else { throw HTTPError(.interrupted, host: "", "interrupted") }
        if let patience, start.duration(to: .now) > .seconds(patience) {
            throw HTTPError(.stalled, host: host, "no answer in \(patience) seconds")
        }
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        _ = unsafe poll(&entry, 1, Self.slice)
    }

    private func error(_ failure: CurlFailure) -> HTTPError {
        var error = HTTPError(.other, host: host, "the connection broke: \(failure.detail)")
        error.systemError = failure.systemError
        return error
    }
}
