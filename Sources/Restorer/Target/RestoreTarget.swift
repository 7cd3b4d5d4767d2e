// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

/// Where a restore puts a backup together, and what that becomes: beside a data directory (`StagingArea`), or in some
/// other place that can keep these promises.
///
/// A target is opened for one restore, as its `RestoreJournal.Identity` says, each kind in its own way:
///
/// - **One at a time.** While it is open, opening it again, for the same restore or another, throws `busy` and changes
///   nothing. A process that was killed holds nothing.
/// - **Opening goes on** where the same restore left it, in the phase that was entered last, with every file that was
///   there; `isResumed` says so. What was left in `scripting` starts over, for nobody knows which scripts ran.
/// - **Another goal** of recovery, of a restore that writes the same files, goes on, too, as long as these are as they were
///   written: up to `written`, and after that from the pristine copy, in the phase `reverting`.
/// - **Opening starts over** for another restore, or when that is asked for: the phase is `streaming`, and nothing of
///   what was there is left. What was left in `placing` is never thrown away for another restore: that is refused.
/// - **What somebody else put there** is neither changed nor removed; it ends the opening.
/// - **Until `place`** nothing stands in the place of the result, or what stood there is as it was; after a kill, too.
///
/// Calls come from one thread, in the order of the phases: output and links in `streaming`, a server in `recovering` and
/// `scripting`, `place` in `placing`. Whatever a call throws, the target can be closed or removed.
protocol RestoreTarget: AnyObject {
    /// How far it has come. After a kill it is this one, or the one before if `enter` had not returned.
    var phase: RestoreJournal.Phase { get }

    /// Whether there was something of the same restore to go on with.
    var isResumed: Bool { get }

    /// What was noted, by this run or the one that it goes on from in one of the last two phases.
    var told: [Finding] { get }

    /// Keeps findings that no later run can make again; when this returns, they survive a power failure.
    func note(_ findings: [Finding]) throws(RestoreError)

    /// What is named to a person who has to look at it.
    var path: String { get }

    /// The data directory while it is put together: the same path from its opening until `place`.
    var data: String { get }

    /// Where its tablespaces are put together, by OID.
    var stagedTablespaces: [UInt32: String] { get }

    /// Where its WAL is put together; nil where that stays in the data directory.
    var stagedWAL: String? { get }

    /// Whether a server runs on the data directory, ours or not; then it must not be removed.
    var hasServer: Bool { get }

    /// Goes to a phase; when this returns, that survives a power failure. Entering the present one again is allowed.
    func enter(_ phase: RestoreJournal.Phase) throws(RestoreError)

    // MARK: Streaming

    /// What takes the files of a backup; they appear in `data` and in the tablespaces, never outside of them.
    ///
    /// `objects` are those of a backup whose objects are its files: what an interrupted run had proven of them need not
    /// be fetched again. Nil for all others.
    func output(keeping objects: [ObjectName: Validators]?) throws(RestoreError) -> StagedTree

    /// Makes the links and the map by which PostgreSQL finds its tablespaces while it is put together; may be repeated.
    func linkTablespaces() throws(RestoreError)

    /// Moves WAL that lies in the data directory to its own place, if it has one, and links it in; may be repeated.
    func separateWAL() throws(RestoreError)

    /// Makes everything that was written survive a power failure.
    func sync() throws(RestoreError)

    /// Removes all files of the data directory and its tablespaces, and leaves these empty.
    func emptyData() throws(RestoreError)

    /// Throws away what was written, since nothing can be done with it any more, and goes to `streaming`.
    func startOver() throws(RestoreError)

    // MARK: Beside the data directory

    /// A new and empty folder that only we change and the server's owner passes through.
    func scratch(_ name: String) throws(RestoreError) -> String

    /// A folder of the owner's for a part of the restore; what an interrupted run left in it stays.
    func part(_ name: String) throws(RestoreError) -> String

    /// As `output`, for a backup that goes into a part; its tablespaces go into parts, too, by OID.
    func output(ofPart name: String, tablespaces: [UInt32: String]) throws(RestoreError) -> StagedTree

    /// Removes a folder that was made by `scratch` or `part`; it is no error that there is none.
    func discard(_ name: String) throws(RestoreError)

    // MARK: The pristine copy

    /// Whether there is a whole copy of what was written.
    var hasPristine: Bool { get }

    /// Copies what was written, in the phase `written`, and says how; the phase stays.
    ///
    /// It is left out, and no error, where it cannot be made or there is not clearly room for it and for `margin` more
    /// bytes. `decided` is told before the copying, and of a copy that failed; `copied` of each file, in bytes. The only
    /// thing thrown is `interrupted`. What a kill leaves of a copy is removed by the next opening.
    func keepPristine(
        margin: UInt64, _ cancellation: Cancellation, decided: (PristineCopy) -> Void,
        copied: @escaping (UInt64) -> Void
    ) throws(RestoreError) -> PristineCopy

    /// Gives the copy up; it is no error that there is none.
    func discardPristine() throws(RestoreError)

    /// Makes the data directory and its tablespaces what was written, from the copy, which is gone then, and goes to
    /// `written`; may be repeated after a failure or a kill. Needs no room.
    func putBackPristine() throws(RestoreError)

    // MARK: After streaming

    /// Lets nothing that is replayed make a tablespace but behind the links that are ours; may be repeated.
    func confineTablespaces() throws(RestoreError)

    /// Brings the data directory back to what it was before a server was started on it, and says whether another one may
    /// go on from there; no server runs on it.
    func resumeRecovery() throws(RestoreError) -> Bool

    /// Writes the map of the tablespaces anew, with the places that they have in the end.
    func mapPlaces() throws(RestoreError)

    /// Puts the result in its place, whole: the last thing that appears there is the data directory.
    ///
    /// May be repeated after a failure or a kill, and does what is left to do. What has come to be in the place meanwhile
    /// is never replaced.
    func place() throws(RestoreError)

    /// Removes everything but what was placed; may be repeated.
    func remove() throws(RestoreError)
}
