// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Removing what stands in a directory, whoever has put it there.
extension FileDescriptor {
    /// Removes a file or link; one that is not there is no error.
    public func remove(_ name: some Sequence<UInt8>) throws(SystemError) { try remove(name, 0) }

    /// Removes a directory that has nothing in it; one that has is left alone.
    public func removeFolderIfEmpty(_ name: some Sequence<UInt8>) throws(SystemError) {
        do { try remove(name, AT_REMOVEDIR) } catch {
            guard error.code == ENOTEMPTY || error.code == EEXIST else { throw error }
        }
    }

    /// Removes a directory with all that is in it, following no link; one that is not there is no error.
    public func removeTree(_ name: some Sequence<UInt8>) throws(SystemError) {
        let name = Array(name)
        let status: FileStatus
        do { status = try self.status(of: name) } catch {
            guard error.code == ENOENT else { throw error }
            return
        }
        guard status.kind == .folder else { return try remove(name, 0) }
        try unlock(name, status)
        try FileDescriptor(folder: name, in: self).removeContents()
        try remove(name, AT_REMOVEDIR)
    }

    /// Removes all that is in this directory, however deep, following no link.
    public func removeContents() throws(SystemError) {
        var position = try TreePosition(in: self)
        // What is still to be removed, in each directory on the way; the last is the one that is being emptied.
        var waiting = [try names()]
        while let name = waiting.last?.last {
            let status = try position.folder.presentStatus(of: name)
            if status?.kind == .folder, let status {
                try position.folder.unlock(name, status)
                try position.enter(name)
                waiting.append(try position.folder.names())
            } else {
                try position.folder.remove(name, 0)
                waiting[waiting.count - 1].removeLast()
            }
            try Self.leaveEmpty(&position, &waiting)
        }
    }

    /// Goes up out of directories in which nothing is left, and removes them.
    private static func leaveEmpty(
        _ position: inout TreePosition, _ waiting: inout [[[UInt8]]]
    ) throws(SystemError) {
        while position.depth > 0, waiting.last?.isEmpty == true {
            waiting.removeLast()
            try position.leave()
            try position.folder.remove(waiting[waiting.count - 1].removeLast(), AT_REMOVEDIR)
        }
    }

    /// Nil where nothing has the name any more.
    private func presentStatus(of name: [UInt8]) throws(SystemError) -> FileStatus? {
        do { return try status(of: name) } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Lets us into a directory of ours that we had closed to ourselves; root needs none of that.
    private func unlock(_ name: [UInt8], _ status: FileStatus) throws(SystemError) {
        guard status.owner == geteuid(), status.mode & 0o700 != 0o700 else { return }
        guard unsafe fchmodat(number, cString(name), 0o700, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last }
    }

    private func remove(_ name: some Sequence<UInt8>, _ flags: Int32) throws(SystemError) {
        guard unsafe unlinkat(number, cString(name), flags) != 0, errno != ENOENT else { return }
        throw .last
    }
}
