// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// Listens on the loopback of this machine, and counts who comes.
final class Sinkhole: @unchecked Sendable {
    // The descriptor is only read, the count guarded by the lock.
    private let socket: Int32
    private let lock = NSLock()
    private var count = 0
    let port: Int

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard listening else { throw CocoaError(.fileReadUnknown) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let owner = Unowned(self)
        Thread.detachNewThread {
            while true {
                let guest = accept(socket, nil, nil)
                guard guest >= 0 else { return }
                close(guest)
                owner.sinkhole?.note()
            }
        }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)); close(socket) }

    var connections: Int { lock.withLock { count } }
    func forget() { lock.withLock { count = 0 } }
    private func note() { lock.withLock { count += 1 } }

    private final class Unowned: @unchecked Sendable {
        // Only ever set before the thread begins.
        weak var sinkhole: Sinkhole?
        init(_ sinkhole: Sinkhole) { self.sinkhole = sinkhole }
    }
}
