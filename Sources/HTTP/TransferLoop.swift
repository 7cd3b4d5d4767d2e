// SPDX-License-Identifier: Apache-2.0
import CCurl
import Glibc

/// Owns one libcurl multi handle with the connections it keeps, and drives one transfer at a time by its sockets.
///
/// libcurl's own loop asks the socket before it reads, which is wrong once OpenSSL reads ahead: the last
/// records of an answer lie in its buffer while the socket has nothing more to give. So this one goes on
/// reading until nothing came, and only then waits. That also saves a `poll` or two for each answer.
@safe
final class TransferLoop {
    private let multi: UnsafeMutableRawPointer
    private var sockets: [pollfd] = []
    /// In milliseconds: how long a wish to stop may go unheard.
    private static let patience = 1000

    init() {
        guard let multi = unsafe curl_multi_init() else { fatalError("out of memory") }
        unsafe self.multi = multi
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe _ = pgb_curl_multi_watch(multi, Self.socketCallback, context)
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    /// Runs the transfer that the easy handle describes to its end, its failure or its cancellation.
    func perform(_ easy: UnsafeMutableRawPointer, _ transfer: Transfer) -> CURLcode {
        guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else { return CURLE_FAILED_INIT }
        // One that has not ended takes its connection with it.
        defer { unsafe curl_multi_remove_handle(multi, easy) }
        var isRunning = act(on: CURL_SOCKET_BAD, 0)
        while isRunning {
            guard !transfer.isInterrupted else { return CURLE_ABORTED_BY_CALLBACK }
            isRunning = step(transfer)
        }
        return result
    }

    /// Waits for a socket or for the time that libcurl set, and lets libcurl do what there is to do.
    ///
    /// Returns whether the transfer goes on.
    private func step(_ transfer: Transfer) -> Bool {
        let ready = wait()
        guard !ready.isEmpty else { return act(on: CURL_SOCKET_BAD, 0) }
        for socket in ready {
            guard act(on: socket.fd, socket.selected) else { return false }
            guard drain(socket.fd, transfer) else { return false }
        }
        return true
    }

    /// Reads on until nothing more is handed over.
    private func drain(_ socket: curl_socket_t, _ transfer: Transfer) -> Bool {
        var before: UInt64
        repeat {
            before = transfer.deliveries
            guard act(on: socket, CURL_CSELECT_IN) else { return false }
        } while transfer.deliveries != before
        return true
    }

    private func wait() -> [pollfd] {
        var timeout = -1
        unsafe curl_multi_timeout(multi, &timeout)
        let limit = timeout < 0 ? Self.patience : min(timeout, Self.patience)
        let count = unsafe poll(&sockets, nfds_t(sockets.count), Int32(limit))
        return count > 0 ? sockets.filter { $0.revents != 0 } : []
    }

    /// Returns whether the transfer goes on.
    private func act(on socket: curl_socket_t, _ selected: Int32) -> Bool {
        var running: Int32 = 0
        let code = unsafe curl_multi_socket_action(multi, socket, selected, &running)
        return code == CURLM_OK && running > 0
    }

    private var result: CURLcode {
        var left: Int32 = 0
        guard let message = unsafe curl_multi_info_read(multi, &left) else { return CURLE_FAILED_INIT }
        return unsafe message.pointee.data.result
    }

    private func watch(_ socket: curl_socket_t, for wish: Int32) {
        sockets.removeAll { $0.fd == socket }
        guard wish != CURL_POLL_REMOVE else { return }
        var events: Int32 = 0
        if wish & CURL_POLL_IN != 0 { events |= POLLIN }
        if wish & CURL_POLL_OUT != 0 { events |= POLLOUT }
        sockets.append(pollfd(fd: socket, events: Int16(events), revents: 0))
    }

    private static let socketCallback: curl_socket_callback = { _, socket, wish, context, _ in
        guard let context = unsafe context else { return 0 }
        unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().watch(socket, for: wish)
        return 0
    }
}

extension pollfd {
    /// What libcurl is told: an error or an end is found out by reading.
    fileprivate var selected: Int32 {
        let seen = Int32(revents)
        return (seen & (POLLIN | POLLHUP | POLLERR) != 0 ? CURL_CSELECT_IN : 0)
            | (seen & POLLOUT != 0 ? CURL_CSELECT_OUT : 0)
    }
}
