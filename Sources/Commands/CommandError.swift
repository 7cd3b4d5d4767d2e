// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// Arguments that were understood and cannot be honoured.
enum CommandError: UserError, Equatable {
    case missingArgument(String, hint: String)
    case usage(String, hint: String)
    case levelNotBuilt(String)
    case nothingFound(String, hints: [String])

    var message: String {
        switch self {
        case .missingArgument(let name, _): "missing argument: \(name)"
        case .usage(let message, _): message
        case .levelNotBuilt(let level): "level '\(level)' is not available in this version"
        case .nothingFound(let location, _): "no backup found in '\(location)'"
        }
    }

    var hints: [String] {
        switch self {
        case .missingArgument(_, let hint), .usage(_, let hint): [hint]
        case .levelNotBuilt: ["--level inspected is the most that reading can prove."]
        case .nothingFound(_, let hints): hints
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .missingArgument: .argumentMissing
        case .usage, .levelNotBuilt: .usage
        case .nothingFound: .nothingThere
        }
    }
}
