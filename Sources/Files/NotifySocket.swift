// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The socket on which a supervisor hears of its service: datagrams, each of lines `NAME=VALUE` (sd_notify(3)).
public struct NotifySocket: Sendable {
    private let path: [UInt8]

    /// `path` is one of the file system, or begins with `@` for a name that no file has; nil for one that is too long.
    public init?(_ path: String) {
        let bytes = Array(path.utf8)
        guard bytes.count > 1, bytes.count < Self.longest else { return nil }
        self.path = bytes
    }

    /// The last byte stays zero.
    private static let longest = 107

    /// Sends one datagram, and does not wait for anybody: who does not listen does not hear.
    public func send(_ lines: [String]) throws(SystemError) {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last }
        defer { close(number) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: path)
            // A name that no file has begins with a zero.
            if path.first == UInt8(ascii: "@") { unsafe place[0] = 0 }
        }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let text = Array(lines.joined(separator: "\n").utf8)
        let sent = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe text.withUnsafeBytes {
                    unsafe sendto(
                        number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                        pointer, size)
                }
            }
        }
        guard sent == text.count else { throw .last }
    }
}
