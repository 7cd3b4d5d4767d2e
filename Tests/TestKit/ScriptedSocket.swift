// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// The few socket calls a scripted server needs; a descriptor is closed by whoever holds it.
enum ScriptedSocket {
    struct Failure: Error { var call: String, number: Int32 }

    /// Listens on 127.0.0.1 at a port the system chooses.
    static func listen() throws(Failure) -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", number: errno) }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) != 0 || Glibc.listen(descriptor, 1024) != 0
                    || getsockname(descriptor, address, &size) != 0
            }
        }
        guard !failed else {
            let number = errno
            close(descriptor)
            throw Failure(call: "listen", number: number)
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Listens on a Unix socket that it makes at a path of at most 107 bytes.
    static func listen(at path: String) throws(Failure) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", number: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let failed = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let size = socklen_t(MemoryLayout<sockaddr_un>.size)
                return bind(descriptor, address, size) != 0 || Glibc.listen(descriptor, 1024) != 0
            }
        }
        guard !failed else {
            let number = errno
            close(descriptor)
            throw Failure(call: "listen", number: number)
        }
        return descriptor
    }

    /// The next connection; nil when the listening socket was shut down.
    static func accept(_ listener: Int32) -> Int32? {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
                return descriptor
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Appends what has arrived; false at the end of the connection.
    static func receive(_ descriptor: Int32, into buffer: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { space in
            let count = recv(descriptor, space.baseAddress, space.count, 0)
            guard count > 0 else { return false }
            buffer += space[..<count]
            return true
        }
    }

    /// Sends all of it; returns how many bytes the system took before the client went away.
    static func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>, more: Bool) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | (more ? Int32(MSG_MORE) : 0)
        return bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
                guard count > 0 else { break }
                sent += count
            }
            return sent
        }
    }

    /// Waits so long; false when the connection ended meanwhile.
    static func wait(_ descriptor: Int32, seconds: Double) -> Bool {
        let hangUp: Int16 = 0x2000  // POLLRDHUP, which Glibc's module leaves out
        var entry = pollfd(fd: descriptor, events: hangUp, revents: 0)
        return poll(&entry, 1, Int32(max(0, min(seconds * 1000, 86_400_000)))) == 0
    }

    /// Makes the next close break the connection instead of ending it.
    static func lingerNot(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

/// Runs `body` on a thread of its own that nobody joins.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread { body() }
    thread.stackSize = 512 << 10
    thread.start()
}
