// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why an operation could not begin what it was asked for.
public enum OperationError: UserError, Equatable {
    /// The store holds no backup, or none that can be taken.
    case nothingFound(String, hints: [String])
    /// What was asked for cannot be honoured.
    case usage(String, hint: String)
    /// Nobody says where the history is to be kept.
    case noPlaceForHistory

    public var message: String {
        switch self {
        case .nothingFound(let location, _): "no backup found in '\(location)'"
        case .usage(let message, _): message
        case .noPlaceForHistory: "there is no home directory to keep the history in"
        }
    }

    public var hints: [String] {
        switch self {
        case .nothingFound(_, let hints): hints
        case .usage(_, let hint): [hint]
        case .noPlaceForHistory: ["--history FILE or --no-history say where."]
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .nothingFound: .nothingThere
        case .usage, .noPlaceForHistory: .usage
        }
    }
}
