// SPDX-License-Identifier: Apache-2.0
import Foundation
public import Subprocess

/// A `pg_backctl` that has not ended yet, as far as one knows.
public struct RunningBinary: Sendable {
    /// The program's, or its wrapper's.
    public let pid: Int32
    /// Sends a signal.
    public let send: @Sendable (Signal) throws -> Void

    /// Sends a signal as soon as the condition holds.
    ///
    /// - Throws: ``ProgramFailed`` when the program ended before, or runs ten minutes without it.
    public func send(_ signal: Signal, once condition: @escaping @Sendable () -> Bool) async throws {
        try await watch {
            try waitHere(condition); try send(signal)
        }
    }

    /// Waits until the condition holds.
    ///
    /// - Throws: ``ProgramFailed`` when the program ended before, or runs ten minutes without it.
    public func wait(until condition: @escaping @Sendable () -> Bool) async throws {
        try await watch { try waitHere(condition) }
    }

    /// Waits until the program has ended.
    ///
    /// - Throws: ``ProgramFailed`` when it runs ten minutes more.
    public func waitForEnd() async throws {
        try await watch {
            let clock = ContinuousClock()
            let deadline = clock.now.advanced(by: .seconds(600))
            while !hasEnded {
                guard clock.now < deadline else { throw failed("has not ended in ten minutes") }
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
    }

    /// Looks on from a thread of its own: tests that compute hold those of the tasks for long.
    private func watch(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    private func waitHere(_ condition: () -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(600))
        while !condition() {
            guard !hasEnded else { throw failed("ended before it could be signalled") }
            guard clock.now < deadline else { throw failed("has not come that far in ten minutes") }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    private func failed(_ status: String) -> ProgramFailed {
        ProgramFailed(command: "pg_backctl", status: status, output: "")
    }

    /// Whether it is gone, or there only for its parent to be told.
    private var hasEnded: Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return kill(pid, 0) != 0 && errno == ESRCH }
        return stat[name...].dropFirst(2).first == "Z"
    }
}
