// SPDX-License-Identifier: Apache-2.0

/// A failure as a value: what it says and how it ends, without its type.
///
/// For what is kept, compared or sent to another process.
public struct ToldError: UserError, Codable, Equatable {
    /// What happened, as the error said it: in lower case and without a full stop where it was a `UserError`.
    public var message: String
    /// What to try, a sentence or a question each; empty for what was no `UserError`.
    public var hints: [String]
    private var status: Int32

    /// What is no `UserError` is told by its own words; `status`, where it is given, counts before the error's own.
    public init(_ error: any Error, _ status: ExitStatus? = nil) {
        let told = error as? any UserError
        (message, hints) = (told?.message ?? "\(error)", told?.hints ?? [])
        self.status = (status ?? told?.exitStatus ?? .unknown).rawValue
    }

    /// Never that of a success, whatever was told: a failure is none.
    public var exitStatus: ExitStatus {
        guard let told = ExitStatus(rawValue: status), told != .success else { return .unknown }
        return told
    }
}
