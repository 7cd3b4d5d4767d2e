// SPDX-License-Identifier: Apache-2.0

/// How a program came to its end.
public enum ProgramEnding: Sendable, Equatable {
    /// By itself, with this status.
    case exited(Int32)
    /// By a signal of this number.
    case signalled(Int32)
    /// It never ran; why not.
    case notStarted(String)
}

extension ProgramEnding: CustomStringConvertible {
    /// For messages: `status 1`, `signal 9`, or why it never ran.
    public var description: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .signalled(let number): "signal \(number)"
        case .notStarted(let reason): reason
        }
    }
}
