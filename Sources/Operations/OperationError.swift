// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
public import Evidence

/// Why an operation could not begin what it was asked for.
public enum OperationError: UserError, Equatable {
    /// The store holds no backup, or none that can be taken.
    case nothingFound(String, hints: [String])
    /// Of what the history has none, such as `evidence`.
    case nothingRecorded(String, hints: [String])
    /// What was asked for cannot be honoured.
    case usage(String, hint: String)
    /// The store holds backups of several clusters, and nobody says which is wanted.
    case severalClusters(String, [Cluster])
    /// What would not be held to what it may do.
    case unsafe(String, hint: String)
    /// Nobody says where the history is to be kept.
    case noPlaceForHistory
    /// Another process does it with the same history.
    case underWay(HistoryRight.Purpose, String)
    /// A sweep rests on what earlier ones have shown.
    case sweepNeedsHistory
    /// A file of ours could not be written: this machine fell short, or the user may not.
    case unwritable(String, reason: String)
    /// The file of the key that signs for the history.
    case keyUnusable(String, reason: String)
    /// A history that contradicts its own evidence, and how often.
    case evidenceBroken(Int)
    /// What a time stamping authority has answered is no timestamp of what it was asked.
    case notStamped(TimestampResponse.Refusal)
    /// Neither this machine nor a container can run PostgreSQL; why each cannot.
    case noRuntime(local: String, container: String, hints: [String])

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

    /// What is in the way; of many clusters twenty are named and the others counted.
    public var message: String {
        switch self {
        case .nothingFound(let location, _): "no backup found in '\(location)'"
        case .nothingRecorded(let what, _): "there is no \(what)"
        case .usage(let message, _), .unsafe(let message, _): message
        case .severalClusters(let location, let clusters):
            "'\(location)' holds backups of \(clusters.count) clusters: \(Self.words(clusters))"
        case .noRuntime(let local, let container, _): "\(local); and \(container)"
        case .noPlaceForHistory: "there is no home directory to keep the history in"
        case .underWay(.sweep, let history): "another sweep with the history '\(history)' is under way"
        case .underWay(.serve, let history): "another service uses the history '\(history)'"
        case .sweepNeedsHistory: "a sweep needs a history"
        case .evidenceBroken(let faults):
            "the history contradicts its own evidence in \(Units.count(faults, "place"))"
        case .notStamped(.unreadable): "the authority's answer is none that RFC 3161 knows"
        case .notStamped(.refused(let status)): "the authority has refused with status \(status)"
        case .notStamped(.foreign): "the authority has stamped something else than it was asked to"
        case .keyUnusable(let path, let reason): "the key '\(ObjectName(path))' cannot be used: \(reason)"
        case .unwritable(let path, let reason): "'\(ObjectName(path))' cannot be written: \(reason)"
        }
    }

    /// What to give or to wait for; of many clusters twenty have a hint of their own.
    public var hints: [String] {
        switch self {
        case .nothingFound(_, let hints), .nothingRecorded(_, let hints), .noRuntime(_, _, let hints): hints
        case .usage(_, let hint), .unsafe(_, let hint): [hint]
        case .severalClusters(_, let clusters):
            ["say which: LOCATION of one folder, or the label of a backup."]
                + clusters.prefix(Self.mostNamed).map {
                    "--backup \($0.label) takes the newest of \($0.folders)."
                }
        case .noPlaceForHistory: ["--history FILE or --no-history say where."]
        case .underWay(.serve, _): ["stop it, or give this one another history."]
        case .underWay(.sweep, _):
            ["wait for its end, or stop it: `pg_backctl history sweeps --open` shows it."]
        case .sweepNeedsHistory: ["name its file: --history FILE."]
        case .unwritable: ["is there room, and may this user write there?"]
        case .evidenceBroken: ["`pg_backctl audit verify` names them."]
        case .notStamped:
            ["is that the address of a time stamping authority? `evidence: timestamp` names it."]
        case .keyUnusable:
            [
                "it is the file `evidence: key` names, else the history's name with .key after it: --config FILE says which.",
                "if the key is lost: `pg_backctl audit keys --replace`; each audit says so from then on.",
            ]
        }
    }

    /// 9 where nothing was found, 8 for what is under way, 4 for what is unsafe, 10 without a runtime, 5 for what this
    /// machine cannot write, else 14.
    public var exitStatus: ExitStatus {
        switch self {
        case .nothingFound, .nothingRecorded: .nothingThere
        case .usage, .severalClusters, .noPlaceForHistory, .sweepNeedsHistory: .usage
        case .evidenceBroken: .tampered
        case .underWay: .busy
        case .unsafe: .unsafeOperation
        case .noRuntime: .commandNotFound
        case .unwritable, .keyUnusable, .notStamped: .inconclusive
        }
    }

    private static func words(_ clusters: [Cluster]) -> String {
        let named = clusters.prefix(mostNamed).map { "\($0.folders) (\(Units.count($0.count, "backup")))" }
        let others = clusters.count - named.count
        return named.joined(separator: ", ") + (others > 0 ? " and \(others) others" : "")
    }
}
