// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import PrivatePostgres

/// A directory that a restore is to make: it must be absent or empty, and its parent must be there.
struct DestinationDirectory {
    let path: String
    /// What it is for, in a message: `the target`, `tablespace 16384`.
    let role: String
    let owner: ServerOwner

    /// What was found at the path.
    private enum Found {
        case nothing, empty, full([[UInt8]]), mountPoint, other, noParent, open(String), closed
    }

    func check() throws(RestoreError) {
        let place = StagedPlace(path)
        guard path.hasPrefix("/"), !place.name.isEmpty, place.name != ".", place.name != "..",
            !path.utf8.contains(0), place.name.utf8.count <= 200
        else {
            throw .usage(
                "\(role) '\(shown)' is no absolute path of a directory", hint: "such as /srv/restored.")
        }
        let found: Found
        do { found = try look(place) } catch { throw .failed("looking at", path, error) }
        switch found {
        case .nothing, .empty: return
        case .full(let names):
            throw refusal(
                "it is not empty (it holds '\(ObjectName(bytes: names.first ?? []))')",
                "nothing that is there is ever replaced: name a directory that is absent or empty.")
        case .mountPoint:
            throw refusal(
                "a file system is mounted there, which cannot be renamed to",
                "name a directory inside of it.")
        case .other: throw refusal("it is no directory", "name a directory that is absent or empty.")
        case .open(let stranger):
            throw refusal(
                "\(stranger) can rename what is in '\(ObjectName(place.parent))', and put another directory in its place",
                "take that right away (chmod go-w, chown), or name a directory inside of one that others cannot write to."
            )
        case .closed:
            throw refusal(
                "this user may not write to '\(ObjectName(place.parent))'",
                "run this as root, or as the owner of that directory (it is put together beside its place).")
        case .noParent:
            throw refusal("its parent is no directory", "make '\(ObjectName(place.parent))' first.")
        }
    }

    private func look(_ place: StagedPlace) throws(SystemError) -> Found {
        guard
            let above = try Self.present({ () throws(SystemError) in try FileStatus(following: place.parent) }
            ),
            above.kind == .folder
        else { return .noParent }
        if let stranger = FolderRights(above).stranger(to: .init(owner)) { return .open(stranger) }
        if unsafe access(place.parent, W_OK | X_OK) != 0 { return .closed }
        // Its parent is a directory, so what is absent is the name alone.
        guard let here = try Self.present({ () throws(SystemError) in try FileStatus(at: path) }) else {
            return .nothing
        }
        guard here.kind == .folder else { return .other }
        if here.device != above.device { return .mountPoint }
        let names = try FileDescriptor(folderAt: path).names()
        return names.isEmpty ? .empty : .full(names)
    }

    /// Nil where the path leads to nothing.
    private static func present(
        _ look: () throws(SystemError) -> FileStatus
    ) throws(SystemError) -> FileStatus? {
        do { return try look() } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }

    private var shown: ObjectName { ObjectName(path) }

    private func refusal(_ reason: String, _ hint: String) -> RestoreError {
        .unsafeTarget(shown.description, reason: reason, hint: hint)
    }
}
