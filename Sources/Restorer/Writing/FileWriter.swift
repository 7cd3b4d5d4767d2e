// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Files
import Glibc
import Inspection

/// Writes the members of one object to files, one after another, in one thread.
///
/// Consecutive members mostly lie in one directory, which therefore stays open. A file that is there already
/// (of an interrupted run, or of a first reading that was wrong) is replaced.
final class FileWriter: MemberKeeper {
    private let tree: StagedTree
    private var folderPath: ObjectName?
    private var folder: FileDescriptor?
    private var file: FileDescriptor?
    private var path: ObjectName = ""

    init(_ tree: StagedTree) { self.tree = tree }

    func begin(_ path: ObjectName, _ member: TarMember) {
        self.path = path
        attempt { () throws(SystemError) in
            switch member.kind {
            case .directory: try makeFolder(path, isForGroup: member.mode & 0o050 != 0)
            case .file: try makeFile(path, isForGroup: member.mode & 0o040 != 0)
            }
        }
    }

    func take(_ bytes: RawSpan) {
        let start = ContinuousClock.now
        attempt { () throws(SystemError) in try file?.write(bytes) }
        tree.status.count(bytes.byteCount, since: start)
    }

    func end() { file = nil }

    private func makeFolder(_ path: ObjectName, isForGroup: Bool) throws(SystemError) {
        guard let place = tree.place(of: path) else { throw SystemError(code: EINVAL) }
        _ = try tree.folder(place.parts, in: place.root, isForGroup: isForGroup)
    }

    private func makeFile(_ path: ObjectName, isForGroup: Bool) throws(SystemError) {
        guard let place = tree.place(of: path), let name = place.parts.last else {
            throw SystemError(code: EINVAL)
        }
        if folderPath != path.folder {
            folder = try tree.folder(place.parts.dropLast(), in: place.root, isForGroup: isForGroup)
            folderPath = path.folder
        }
        file = try folder?.replaceFile(name)
        try file?.finish(in: tree, isForGroup: isForGroup)
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

extension FileDescriptor {
    /// Makes a file in this directory, in the place of one that has its name.
    fileprivate func replaceFile(_ name: ArraySlice<UInt8>) throws(SystemError) -> FileDescriptor {
        do { return try FileDescriptor(creating: name, in: self) } catch {
            guard error.code == EEXIST else { throw error }
        }
        try remove(name)
        return try FileDescriptor(creating: name, in: self)
    }

    fileprivate func finish(in tree: StagedTree, isForGroup: Bool) throws(SystemError) {
        try tree.finish(self, isForGroup: isForGroup)
    }
}
