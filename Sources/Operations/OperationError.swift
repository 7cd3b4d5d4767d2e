// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics

/// Why an operation could not begin what it was asked for.
public enum OperationError: UserError, Equatable {
    /// The store holds no backup, or none that can be taken.
    case nothingFound(String, hints: [String])
    /// What was asked for cannot be honoured.
    case usage(String, hint: String)
    /// The store holds backups of several clusters, and nobody says which is wanted.
    case severalClusters(String, [Cluster])
    /// What would not be held to what it may do.
    case unsafe(String, hint: String)
    /// Nobody says where the history is to be kept.
    case noPlaceForHistory

    /// A cluster that can be chosen.
    public struct Cluster: Sendable, Equatable {
        /// Where its backups lie, as a person is told.
        public var folders: String
        /// How many backups it has.
        public var count: Int
        /// Of its newest backup.
        public var label: String
    }

    /// More clusters than this are counted only.
    private static let mostNamed = 20

    public var message: String {
        switch self {
        case .nothingFound(let location, _): "no backup found in '\(location)'"
        case .usage(let message, _), .unsafe(let message, _): message
        case .severalClusters(let location, let clusters):
            "'\(location)' holds backups of \(clusters.count) clusters: \(Self.words(clusters))"
        case .noPlaceForHistory: "there is no home directory to keep the history in"
        }
    }

    public var hints: [String] {
        switch self {
        case .nothingFound(_, let hints): hints
        case .usage(_, let hint), .unsafe(_, let hint): [hint]
        case .severalClusters(_, let clusters):
            ["say which: LOCATION of one folder, or the label of a backup."]
                + clusters.prefix(Self.mostNamed).map {
                    "--backup \($0.label) takes the newest of \($0.folders)."
                }
        case .noPlaceForHistory: ["--history FILE or --no-history say where."]
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .nothingFound: .nothingThere
        case .usage, .severalClusters, .noPlaceForHistory: .usage
        case .unsafe: .unsafeOperation
        }
    }

    private static func words(_ clusters: [Cluster]) -> String {
        let named = clusters.prefix(mostNamed).map { "\($0.folders) (\(Units.count($0.count, "backup")))" }
        let others = clusters.count - named.count
        return named.joined(separator: ", ") + (others > 0 ? " and \(others) others" : "")
    }
}
