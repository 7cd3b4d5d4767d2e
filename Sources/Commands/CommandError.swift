// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// Arguments that were understood and cannot be honoured.
enum CommandError: UserError, Equatable {
    case missingArgument(String, hint: String)
    /// A variable that an option needs in the environment or in `.env`.
    case missingVariable(String, hint: String)
    case usage(String, hint: String)
    /// Options that together could harm what is there.
    case unsafe(String, hint: String)
    case levelNotBuilt(String)
    /// Somebody was asked, and said no.
    case declined

    var message: String {
        switch self {
        case .missingArgument(let name, _): "missing argument: \(name)"
        case .missingVariable(let name, _): "\(name) is not set"
        case .usage(let message, _), .unsafe(let message, _): message
        case .levelNotBuilt(let level): "level '\(level)' is not available in this version"
        case .declined: "the answer was no: nothing was changed"
        }
    }

    var hints: [String] {
        switch self {
        case .missingArgument(_, let hint), .missingVariable(_, let hint), .usage(_, let hint),
            .unsafe(_, let hint):
            [hint]
        case .levelNotBuilt: ["--level inspected is the most that reading can prove."]
        case .declined: ["only y and yes are a yes; --yes does not ask."]
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .missingArgument: .argumentMissing
        case .usage, .levelNotBuilt: .usage
        case .missingVariable: .credentialMissing
        case .unsafe: .unsafeOperation
        // A person broke it off, as by Ctrl-C; a script must not take it for done.
        case .declined: .interrupted
        }
    }
}
