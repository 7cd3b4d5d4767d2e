// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Runs what waits for child processes where it may: not on a thread that tasks share.
public func onPlainThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

/// The error that waiting for child processes ends with.
public func failure<Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Void
) async throws -> Failure? {
    try await onPlainThread {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error }
    }
}
