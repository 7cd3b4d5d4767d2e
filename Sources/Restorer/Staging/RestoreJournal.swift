// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Files
import Foundation
import Glibc

/// How far the restore in a staging folder has come, for whoever finds the folder when this process is gone.
///
/// The folder is ours because this file is in it; one without it is somebody else's and is never touched.
struct RestoreJournal: Codable, Equatable, Sendable {
    static let name = "restore.json"
    private static let limit = 1 << 20

    /// In the order in which they are gone through.
    enum Phase: String, Codable, Sendable {
        /// Files are being written; what is there is not proven.
        case streaming
        /// All files are written, proven and safe on disk.
        case written
        /// The private server was started on them.
        case recovering
        /// What was written is put back from its pristine copy, and then the phase is `written` again.
        case reverting
        /// Scripts of the user's were begun: nobody knows which of them came to their end.
        case scripting
        /// Recovery came to its end, and something inside is out of reach: somebody has to decide.
        case recovered
        /// Directories that a trial has recovered are being moved in: what is here is nowhere else.
        case moving
        /// All is done but the renaming, which must now come to its end.
        case placing
    }

    /// What a restore is; another one cannot go on where this one stopped.
    struct Identity: Codable, Equatable, Sendable {
        /// The backup's place.
        var backup: String
        /// SHA-256 over what the store says of its objects.
        var objects: String
        var target: String
        /// By OID.
        var tablespaces: [String: String]
        /// All else that was asked for, in words.
        var request: String
        /// Where `pg_wal` leads; nil where it is a directory of the target's own.
        var wal: String?
        /// What of the request decides which files are written.
        var files: String
        /// What becomes of the settings once the databases are there; nil where they stay as they are.
        var settings: String?
        /// Whether the copy may archive, in a word; what a person answers to that changes nothing of what was recovered.
        var archiving: String?
        /// Where recovery is to end as it was typed; what that comes to may change while the archive grows.
        var asked = ""

        /// By which lines that this restore wrote are known again.
        var token: String {
            String(SHA256.digest(of: Array("\(backup); \(objects); \(target)".utf8)).hex.prefix(12))
        }

        /// All that is put together beside another directory than the target.
        var places: [String] { tablespaces.values + [wal].compactMap(\.self) }

        /// Whether this restore can go on where that one stopped: it is the same, or names places for more tablespaces.
        func continues(_ earlier: Identity) -> Bool {
            request == earlier.request && writesMore(than: earlier)
        }

        /// Whether this restore writes the files that were written for that one, wherever recovery is to end.
        func writesSame(as earlier: Identity) -> Bool {
            files == earlier.files && writesMore(than: earlier)
        }

        /// Whether what was recovered for that restore is what this one recovers.
        func recoversSame(as earlier: Identity) -> Bool {
            var same = self
            (same.archiving, same.asked) = (earlier.archiving, earlier.asked)
            return same == earlier
        }

        /// Whether this restore only has to do that one's last step: the same words, of which the archive has decided the rest.
        ///
        /// Whether the copy archives is decided, too; who says nothing of that takes it as it is.
        func finishes(_ earlier: Identity) -> Bool {
            var same = self
            same.request = earlier.request
            if archiving == nil || archiving == earlier.archiving ?? ArchivingChoice.off.rawValue {
                same.archiving = earlier.archiving
            }
            return same == earlier
        }

        private func writesMore(than earlier: Identity) -> Bool {
            (backup, objects, target, wal) == (earlier.backup, earlier.objects, earlier.target, earlier.wal)
                && earlier.tablespaces.allSatisfy { tablespaces[$0.key] == $0.value }
        }
    }

    var format = 1
    var identity: Identity
    var phase: Phase
    /// In the last phase: the inodes of the directories that are renamed, by their new names.
    var directories: [String: UInt64]?
    /// Which directories have a whole copy of what was written, by their new names; nil where there is none.
    var pristine: [String]?
    /// What was found on the way and is not found again by a run that goes on from the last phases.
    var told: [Finding]?

    init(_ identity: Identity, phase: Phase) { (self.identity, self.phase) = (identity, phase) }

    /// Whether a restore goes on where this one stopped.
    ///
    /// Until a server was started on them the files are those of every restore that writes the same; after that the
    /// pristine copy is. Scripts that were begun nobody can go on with; and once parts are in their places, what goes
    /// where is decided.
    func isGoneOnWith(by other: Identity) -> Bool {
        switch phase {
        case .scripting: false
        case .moving, .placing: other.finishes(identity)
        case .streaming, .written, .reverting: other.writesSame(as: identity)
        case .recovering:
            other.continues(identity) || pristine != nil && other.writesSame(as: identity)
        case .recovered:
            other.recoversSame(as: identity) || pristine != nil && other.writesSame(as: identity)
        }
    }

    /// Whether it is never thrown away for another restore: parts may be in their places, or be nowhere else.
    var mustBeFinished: Bool { phase == .moving || phase == .placing }

    /// As it is for the restore that goes on: one with another aim begins recovery again.
    func goneOn(by other: Identity) -> RestoreJournal {
        var journal = self
        if phase == .recovering, !other.continues(identity) { journal.phase = .reverting }
        if phase == .recovered, !other.recoversSame(as: identity) { journal.phase = .reverting }
        journal.identity = other
        if ![.recovered, .moving, .placing].contains(journal.phase) { journal.told = nil }
        return journal
    }

    /// Nil when there is none, or none that this program understands.
    ///
    /// One that cannot be read is an error: nobody knows then whose folder it is. `path` is for messages.
    static func read(in folder: borrowing FileDescriptor, path: String) throws(RestoreError)
        -> RestoreJournal?
    {
        let text: [UInt8]?
        do throws(SystemError) { text = try folder.content(of: name, limit: limit) } catch {
            if error.code == ENOENT { return nil }
            throw .failed("reading", "\(path)/\(name)", error)
        }
        guard let text, let journal = try? JSONDecoder().decode(Self.self, from: Data(text)),
            journal.format == 1
        else { return nil }
        return journal
    }

    /// Replaces what was there at once; when this returns, it survives a power failure.
    func write(in folder: borrowing FileDescriptor) throws(SystemError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let text = try? encoder.encode(self) else {
            preconditionFailure("a journal of strings is JSON")
        }
        try folder.replaceFile(Self.name, with: [UInt8](text))
    }
}
