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
