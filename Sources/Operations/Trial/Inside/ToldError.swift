// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

/// A failure of another process, in the words that it had for it.
struct ToldError: UserError, Codable, Equatable {
    var message: String
    var hints: [String]
    private var status: Int32

    init(_ error: any Error, _ status: ExitStatus? = nil) {
        let told = error as? any UserError
        (message, hints) = (told?.message ?? "\(error)", told?.hints ?? [])
        self.status = (status ?? told?.exitStatus ?? .unknown).rawValue
    }

    /// Never that of a success, whatever was told: a failure is none.
    var exitStatus: ExitStatus {
        guard let told = ExitStatus(rawValue: status), told != .success else { return .unknown }
        return told
    }

    /// With nothing that could steer a terminal, and no longer than it should be: who says it runs foreign code.
    var plain: ToldError {
        var error = self
        (error.message, error.hints) = (message.plain, hints.prefix(10).map(\.plain))
        return error
    }
}

extension String {
    /// One line without what could steer a terminal, and not longer than a message should be.
    var plain: String {
        let text = unicodeScalars.prefix(4000).map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                "?"
            default: String(scalar)
            }
        }
        return text.joined()
    }
}
