// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// The staging folder of a tablespace or of WAL, taken for the restore to one target.
///
/// Restores to several targets may name the same place. Whoever works in its folder holds the lock there, and a
/// mark says to which target belongs what is in it.
struct PlaceClaim: Sendable {
    /// The file that holds the target's path.
    private static let mark = "target"
    private static let draft = FileDescriptor.draft(of: mark)
    private static let longestPath = 4096

    /// What is removed last, in this order.
    static let names = [mark, StagedFolder.lockName]

    private let lock: FileLock

    /// Takes a folder that is new, or belongs to this target.
    init(_ folder: StagedFolder, for target: String) throws(RestoreError) {
        lock = try folder.lock()
        switch try Self.owner(of: folder) {
        case .some(Array(target.utf8)): return
        case .some(let other):
            throw Self.refusal(folder, "belongs to the restore to '\(ObjectName(bytes: other))'")
        case nil: try Self.refuseUnknown(folder)
        }
        do { try Self.write(target, into: folder.descriptor) } catch {
            throw .failed("writing to", folder.place.staging, error)
        }
    }

    /// The target whose name is in the mark; nil when there is no mark, or nothing that could be one.
    private static func owner(of folder: StagedFolder) throws(RestoreError) -> [UInt8]? {
        do throws(SystemError) {
            return try folder.descriptor.content(of: mark, limit: longestPath)
        } catch {
            if error.code == ENOENT { return nil }
            throw .failed("reading", "\(folder.place.staging)/\(mark)", error)
        }
    }

    /// One that was just made, or emptied, has nothing in it but what comes before the mark.
    private static func refuseUnknown(_ folder: StagedFolder) throws(RestoreError) {
        let early = [StagedFolder.lockName, draft].map { Array($0.utf8) }
        let names: [[UInt8]]
        do { names = try folder.descriptor.names() } catch {
            throw .failed("listing", folder.place.staging, error)
        }
        guard names.allSatisfy(early.contains) else {
            throw refusal(folder, "was made by nobody this program knows")
        }
    }

    private static func write(
        _ target: String, into folder: borrowing FileDescriptor
    ) throws(SystemError) {
        try folder.replaceFile(mark, with: Array(target.utf8))
    }

    /// Refuses what stands where the folder is to be made; changes nothing.
    static func refuseAnything(at place: StagedPlace) throws(RestoreError) {
        let found: FileStatus
        do throws(SystemError) {
            found = try FileDescriptor(folderAt: place.parent).status(of: place.stagingName.utf8)
        } catch {
            if error.isAbsence { return }
            throw .failed("looking at", place.staging, error)
        }
        if found.kind == .folder, isBusy(place) { throw StagedFolder.busy(place) }
        throw .unsafeTarget(
            place.final, reason: "'\(place.staging)' is in the way",
            hint: "no restore to this target left it there; look at it and move it away.")
    }

    private static func isBusy(_ place: StagedPlace) -> Bool {
        let name = StagedFolder.lockName.utf8
        guard let folder = try? FileDescriptor(folderItselfAt: place.staging),
            (try? folder.status(of: name)) != nil
        else { return false }
        do { return try FileLock(name, in: folder) == nil } catch { return false }
    }

    private static func refusal(_ folder: StagedFolder, _ what: String) -> RestoreError {
        .unsafeTarget(
            folder.place.final, reason: "'\(folder.place.staging)' is there and \(what)",
            hint: "look at it and move it away, or name another place for it.")
    }
}
