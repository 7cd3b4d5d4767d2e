// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import PrivatePostgres
import Restorer

/// What the process in a container is told to do: the first message to it.
///
/// It holds no keys: the stores are lent.
struct InsideOrder: Codable {
    /// The backup that was chosen.
    var label: String
    /// What the store of backups is called; it is the first that is lent.
    var store: String
    /// What the archive of WAL is called, the second that is lent; nil where there is none.
    var walArchive: String?
    /// How the archive was named, as it is shown.
    var archiveName: String?
    var goal: RecoveryGoal
    var seed: UInt64?
    var jobs: Int
    /// Whether what failed stays where it is.
    var keepsFailed: Bool
    /// How long the server may take to come up and be asked.
    var timeLimit: Duration
    var builtIn: BuiltInChecks
    /// The file of checks as it stands; nil where there is none.
    var checks: Checks?

    struct Checks: Codable {
        var text: String
        /// How long all of them may take.
        var window: Duration
        /// What they measured at the last trial.
        var previous: MeasuredBefore
    }
}

/// What the process in a container says: how far it is, and at the end what it has seen.
enum InsideEvent: Codable {
    /// It can be done: up to where in words, and how many bytes are to be read.
    case planned(goal: String, bytes: UInt64)
    /// It cannot be done, and nothing was written.
    case refused(ToldError)
    case began(RestorePhase.Name, bytes: UInt64?)
    case recovered(start: UInt64, replayed: UInt64, end: UInt64?)
    case copied(UInt64)
    case looked(Int, of: Int)
    case asking(String)
    case noted(String)
    /// A backup is read; they are counted from 0.
    case reading(label: String, bytes: UInt64)
    /// So many more bytes of one of them were read.
    case advanced(backup: Int, bytes: UInt64)
    /// Objects of a backup were read to their ends and are sound: what each was, by SHA-256.
    case sound(label: String, [SoundObject])
    /// What the catalogues hold, without the relations.
    case seen(SeenBaseline)
    /// Some of the relations.
    case relations([KnownRelation])
    case ended(TrialEnd, ToldError?)

    struct SoundObject: Codable {
        /// In the backup's folder.
        var name: ObjectName
        var sha256: String
    }
}

extension InsideOrder {
    /// As a message.
    var message: [UInt8] { get throws { Array(try JSONEncoder().encode(self)) } }
}

extension InsideEvent {
    /// As a message; empty for what no message can hold, which does not happen.
    var message: [UInt8] { (try? JSONEncoder().encode(self)).map { Array($0) } ?? [] }

    /// In bytes; no event that we tell is longer.
    static let longest = 16 << 20

    /// Nil when a message is none.
    init?(_ message: [UInt8]) {
        guard message.count <= Self.longest,
            let event = try? JSONDecoder().decode(InsideEvent.self, from: Data(message))
        else { return nil }
        self = event
    }
}
