// SPDX-License-Identifier: Apache-2.0

/// What codes of PostgreSQL's say of whose fault an error is (appendix A of its manual).
public enum SQLState {
    /// Whether the machine fell short, or its disk failed: nothing is said about the data.
    ///
    /// Class 53 is of what there is too little of: room, memory, connections; 58030 of a read or write that failed.
    public static func isOfTheMachine(_ code: some StringProtocol) -> Bool {
        code.hasPrefix("53") || code == "58030"
    }
}

extension QueryError {
    /// Whether it says nothing about what was asked: the machine fell short, or psql could not be run.
    ///
    /// A server that is gone is none of these: what it was asked may have felled it, and one that was killed is told by itself.
    public var isOfTheMachine: Bool {
        switch self {
        case .refused(let state): SQLState.isOfTheMachine(state)
        // There is no code for whom the server does not let in.
        case .notAdmitted(let words): Self.areShort.contains { words.hasPrefix($0) }
        case .failed, .interrupted: true
        case .notConnected, .timedOut, .tooLarge, .unexpectedAnswer: false
        }
    }

    private static let areShort = [
        "sorry, too many clients already", "remaining connection slots are reserved", "out of memory",
        "too many connections for",
    ]
}
