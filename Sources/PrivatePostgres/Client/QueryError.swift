// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why a query on a private server gave no rows.
///
/// Neither the statement nor anything that the server says of it is repeated: both may hold what is nobody else's
/// business.
public enum QueryError: UserError, Equatable {
    /// PostgreSQL refused it, with this SQLSTATE (appendix A of its manual).
    case refused(sqlState: String)
    /// It took longer than it may.
    case timedOut
    /// The server let nobody in; its words, which are about a user or a database.
    case notAdmitted(String)
    /// There was no connection: the server is gone.
    case notConnected
    /// The answer has more bytes than this.
    case tooLarge(limit: Int)
    /// What came is no answer; what was wrong with it.
    case unexpectedAnswer(String)
    /// psql could not be run, or ended by itself.
    case failed(String)
    /// This process was asked to stop.
    case interrupted(ExitStatus)
}

extension QueryError {
    /// In our words, but for those of the server where it lets nobody in.
    public var message: String {
        switch self {
        case .refused(let state): "PostgreSQL refused a query (SQLSTATE \(state))"
        case .timedOut: "a query took longer than it may"
        case .notAdmitted(let words): "PostgreSQL takes no connection: \(words)"
        case .notConnected: "a query found no connection to the server"
        case .tooLarge(let limit): "a query has an answer of more than \(limit) bytes"
        case .unexpectedAnswer(let what): "a query has an answer that makes no sense: \(what)"
        case .failed(let reason): "a query could not be run: \(reason)"
        case .interrupted: "interrupted"
        }
    }

    /// One for each kind; none for an interruption.
    public var hints: [String] {
        switch self {
        case .refused: ["the appendix on error codes of PostgreSQL's manual says what that is."]
        case .timedOut: ["is the machine busy? else allow it more time."]
        case .notAdmitted: ["PostgreSQL's own words say why."]
        case .notConnected: ["does the server still run?"]
        case .tooLarge: ["ask for fewer rows."]
        case .unexpectedAnswer, .failed: ["is psql of the server's version, and can it be run?"]
        case .interrupted: []
        }
    }

    /// 17, but for an interruption, which has that of its signal.
    public var exitStatus: ExitStatus {
        if case .interrupted(let status) = self { status } else { .restoreFailed }
    }
}
