// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import Glibc
import PrivatePostgres

/// What an earlier restore to a target left in its staging folders: to be gone on with, or to be given up.
public struct LeftRestore: Sendable {
    private let target: String

    /// `target` is the directory that was to be made; an absolute path.
    public init(of target: String) { self.target = target }

    /// Removes it, with the copy of what was written, and says which folders these were; empty when nothing was left.
    ///
    /// A restore that only lacks its last step is refused, for parts of it may be in their places; so is one that is under
    /// way, and a folder that is not ours.
    public func discard(_ cancellation: Cancellation) throws(RestoreError) -> [String] {
        guard let journal = try StagingArea.journal(of: target) else {
            try StagingArea.refuseForeign(besideTarget: target)
            return []
        }
        guard !journal.mustBeFinished else { throw StagingArea.unfinished(journal.identity) }
        let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
        let area = try StagingArea(journal.identity, restarts: false, owner: owner) {
            (data) throws(RestoreError) in
            try Self.stop(in: data, cancellation)
        }
        guard !area.hasServer else {
            throw .unsafeTarget(
                area.path, reason: "a server runs on what is in it", hint: "stop that server first.")
        }
        let folders = ([area.folder] + area.placeFolders).map(\.place.staging).sorted()
        try area.remove()
        return folders
    }

    /// Ends what a restore that was killed left running on its staged data directory.
    static func stop(in data: String, _ cancellation: Cancellation) throws(RestoreError) {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try LeftoverServer.stop(in: data, cancellation: cancellation)
            try LeftoverProgram.stop(.combineBackup, in: data)
        }
        LeftoverCommand.end(of: "\(StagedPlace(data).parent)/server")
        for scratch in ["server", "wal"] {
            SocketDirectory.removeNoted(in: "\(StagedPlace(data).parent)/\(scratch)")
        }
    }
}
