// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why a backup that was asked for by name cannot be given.
public enum CatalogueError: UserError, Equatable {
    case noSuchBackup(String, near: [String])
    case ambiguous(String, candidates: [String])

    /// Names the label as it was asked for.
    public var message: String {
        switch self {
        case .noSuchBackup(let label, _): "no backup is labelled '\(label)'"
        case .ambiguous(let label, let candidates):
            "'\(label)' is the last part of \(candidates.count) labels, expected one"
        }
    }

    /// Up to five labels that may be meant, else how to list all.
    public var hints: [String] {
        switch self {
        case .noSuchBackup(_, let near):
            near.isEmpty
                ? ["`pg_backctl list` shows the backups of a store."]
                : ["did you mean \(Self.quoted(near))?"]
        case .ambiguous(_, let candidates): ["give the whole label: \(Self.quoted(candidates))."]
        }
    }

    /// Always 9: there may be backups, but not the one that was asked for.
    public var exitStatus: ExitStatus { .nothingThere }

    private static func quoted(_ labels: [String]) -> String {
        labels.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (labels.count > 5 ? ", …" : "")
    }
}
