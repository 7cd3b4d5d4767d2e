// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// Tells the supervisor, such as systemd, how the service is (sd_notify(3)); nothing where nobody listens.
public struct Supervisor: Sendable {
    private let socket: NotifySocket?

    /// `path` as NOTIFY_SOCKET says it.
    public init(_ path: String?) { socket = path.flatMap { NotifySocket($0) } }

    /// It serves.
    func ready(_ words: String) { send(["READY=1", "STATUS=\(words)"]) }

    /// It lives: said by the loop that does the work, so that a hung one is noticed.
    func lives(_ words: String) { send(["WATCHDOG=1", "STATUS=\(words)"]) }

    /// It reads its configuration again, and says when it is ready.
    func reloads() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    /// It comes to its end.
    func stops() { send(["STOPPING=1"]) }

    /// Who cannot be told is not waited for: the watchdog then speaks for itself.
    private func send(_ lines: [String]) { try? socket?.send(lines) }
}
