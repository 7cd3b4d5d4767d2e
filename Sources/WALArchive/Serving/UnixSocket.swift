// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Owns one end of a connection over a Unix socket, or the socket that accepts them.
///
/// Nothing blocks for longer than a fifth of a second without asking whether to go on.
final class UnixSocket: Sendable {
    struct Failure: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }

        /// Of the call that just failed.
        static func last(_ what: String) -> Failure {
            Failure("\(what): \(SystemError.last.text)")
        }
    }

    /// What ends waiting before anything has come.
    struct Patience {
        /// Nil waits as long as the other end is there.
        var limit: Duration?
        var isOver: () -> Bool
    }

    private let number: Int32

    private init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// A socket at `path`, where nothing may be but a socket of a process that is gone.
    static func listening(at path: String) throws(Failure) -> UnixSocket {
        let socket = try open()
        var status = stat()
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unsafe unlink(path) }
        guard try unsafe withAddress(path, { unsafe bind(socket.number, $0, $1) }) == 0 else {
            throw .last("cannot be made")
        }
        // Two threads wait for the same connection, and one of them must not be left waiting.
        guard fcntl(socket.number, F_SETFL, O_NONBLOCK) == 0, unsafe chmod(path, 0o600) == 0,
            listen(socket.number, 8) == 0
        else { throw .last("cannot listen") }
        return socket
    }

    static func connected(to path: String) throws(Failure) -> UnixSocket {
        let socket = try open()
        guard try unsafe withAddress(path, { unsafe connect(socket.number, $0, $1) }) == 0 else {
            throw .last("no connection")
        }
        return socket
    }

    private static func open() throws(Failure) -> UnixSocket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw .last("no socket") }
        return UnixSocket(number)
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Failure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            throw Failure("its path is too long for a socket")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// The next connection; nil when waiting is over.
    func accepted(_ patience: Patience) throws(Failure) -> UnixSocket? {
        while try isReady(POLLIN, patience) {
            let connection = accept(number, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return UnixSocket(connection)
            }
            // Whoever called may have gone, or another thread was faster.
            guard [EINTR, EAGAIN, ECONNABORTED].contains(errno) else { throw .last("cannot accept") }
        }
        return nil
    }

    /// Up to `limit` bytes; none at the other's end.
    func read(upTo limit: Int, _ patience: Patience) throws(Failure) -> [UInt8] {
        while true {
            guard try isReady(POLLIN, patience) else { throw Failure("no answer in time") }
            var code: Int32 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let received = unsafe recv(number, buffer.baseAddress, limit, Int32(MSG_DONTWAIT))
                code = received < 0 ? errno : 0
                count = max(0, received)
            }
            if code == 0 { return bytes }
            guard [EINTR, EAGAIN].contains(code) else { throw .last("cannot be read") }
        }
    }

    func write(_ bytes: [UInt8], _ patience: Patience) throws(Failure) {
        try write(unsafe bytes.span.bytes, patience)
    }

    /// Returns when all of them were taken.
    func write(_ bytes: RawSpan, _ patience: Patience) throws(Failure) {
        var rest = bytes
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        while rest.byteCount > 0 {
            guard try isReady(POLLOUT, patience) else { throw Failure("nothing was taken in time") }
            let count = unsafe rest.withUnsafeBytes { unsafe send(number, $0.baseAddress, $0.count, flags) }
            if count < 0, [EINTR, EAGAIN].contains(errno) { continue }
            guard count >= 0 else { throw .last("cannot be written") }
            rest = rest.extracting(droppingFirst: count)
        }
    }

    /// False when waiting is over.
    private func isReady(_ events: Int32, _ patience: Patience) throws(Failure) -> Bool {
        let start = ContinuousClock.now
        while !patience.isOver() {
            var poll = pollfd(fd: number, events: Int16(events), revents: 0)
            let count = unsafe Glibc.poll(&poll, 1, 200)
            guard count >= 0 || errno == EINTR else { throw .last("cannot wait") }
            if count > 0 { return true }
            if let limit = patience.limit, start.duration(to: .now) > limit { return false }
        }
        return false
    }
}
