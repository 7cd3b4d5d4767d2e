// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Files
import Glibc
import Inspection
import PrivatePostgres
import Synchronization

/// Writes the members of one object to files, one after another, in one thread.
///
/// Consecutive members mostly lie in one directory, which therefore stays open.
final class FileWriter: MemberKeeper {
    private let tree: StagedTree
    private let reading: WrittenNames.Reading
    private var folder: (path: ObjectName, open: OpenFolder)?
    private var file: StagedFile?
    private var path: ObjectName = ""

    init(_ tree: StagedTree, _ reading: WrittenNames.Reading) { (self.tree, self.reading) = (tree, reading) }

    func begin(_ path: ObjectName, _ member: TarMember) {
        self.path = path
        attempt { () throws(SystemError) in
            switch member.kind {
            case .directory: try makeFolder(path, isForGroup: member.mode & 0o050 != 0)
            case .file:
                let isForGroup = member.mode & 0o040 != 0 && GroupAccess.isLetIn(to: path)
                try makeFile(path, size: member.size, isForGroup: isForGroup)
            }
        }
    }

    func receive(_ bytes: RawSpan) {
        let start = ContinuousClock.now
        attempt { () throws(SystemError) in try file?.receive(bytes) }
        tree.status.count(bytes.byteCount, since: start)
    }

    func end() {
        attempt { () throws(SystemError) in
            if try file.take()?.end() == true { tree.status.countFileAsLeft() }
        }
    }

    private func makeFolder(_ path: ObjectName, isForGroup: Bool) throws(SystemError) {
        let isFree = tree.names.withLock {
            $0.insert(foldersOf: path, by: reading) && $0.insert(folder: path, by: reading)
        }
        guard isFree else { return tree.status.fail(.contested(path)) }
        guard let place = tree.place(of: path) else { throw SystemError(code: EINVAL) }
        _ = try tree.folder(place.parts, in: place.root, isForGroup: isForGroup)
    }

    private func makeFile(_ path: ObjectName, size: UInt64, isForGroup: Bool) throws(SystemError) {
        guard let place = tree.place(of: path), let name = place.parts.last else {
            throw SystemError(code: EINVAL)
        }
        let isElsewhere = folder?.path != path.folder
        let isFree = tree.names.withLock {
            (!isElsewhere || $0.insert(foldersOf: path, by: reading)) && $0.insert(file: path, by: reading)
        }
        guard isFree else { return tree.status.fail(.contested(path)) }
        if isElsewhere {
            let open = try tree.folder(place.parts.dropLast(), in: place.root, isForGroup: isForGroup)
            folder = (path.folder, OpenFolder(open))
        }
        guard let folder else { return }
        file = try StagedFile(
            name, in: folder.open, size: size, .init(owner: tree.owner, isForGroup: isForGroup))
    }

    /// Opens a file whose name is taken already and whose first `count` bytes were just read from it.
    func goOn(_ path: ObjectName, _ member: TarMember, after count: UInt64) {
        self.path = path
        let isForGroup = member.mode & 0o040 != 0
        attempt { () throws(SystemError) in
            guard let place = tree.place(of: path), let name = place.parts.last else {
                throw SystemError(code: EINVAL)
            }
            let open = try tree.folder(place.parts.dropLast(), in: place.root, isForGroup: isForGroup)
            file = try StagedFile(
                name, in: OpenFolder(open), size: member.size,
                .init(owner: tree.owner, isForGroup: isForGroup), after: count)
        }
    }

    /// After a failure nothing more is done: the reading ends as soon as it is seen.
    private func attempt(_ body: () throws(SystemError) -> Void) {
        guard tree.status.failure == nil else { return }
        do { try body() } catch {
            file = nil
            tree.status.fail(.failed("writing", path.description, error))
        }
    }
}
