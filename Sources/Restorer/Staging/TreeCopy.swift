// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc

/// Copies a directory with all that is in it: names, bytes, links, permission bits and owners, but not times.
///
/// No link is followed, and nothing that is there already is replaced. Files share their blocks with the originals where the
/// file system lets them.
struct TreeCopy {
    /// Ends it, with `interrupted`.
    let cancellation: Cancellation
    /// Told of each file, in bytes.
    let copied: (UInt64) -> Void

    /// Copies what a directory holds into an empty one, and gives that its owner and permission bits.
    func copy(
        contentOf source: borrowing FileDescriptor, to target: borrowing FileDescriptor
    ) throws(SystemError) {
        for name in try source.names() { try copy(name, from: source, to: target) }
        try give(target, try source.status())
    }

    private func copy(
        _ name: [UInt8], from source: borrowing FileDescriptor, to target: borrowing FileDescriptor
    ) throws(SystemError) {
        guard !cancellation.isRequested else { throw Self.interrupted }
        let status = try source.status(of: name)
        switch status.kind {
        case .file: try copyFile(name, status, from: source, to: target)
        case .folder:
            try target.makeFolder(name)
            try copy(
                contentOf: FileDescriptor(folder: name, in: source),
                to: FileDescriptor(folder: name, in: target))
        case .link: try copyLink(name, status, from: source, to: target)
        // No backup holds one, and no restore makes one here.
        case .oddity: throw SystemError(code: ENOTSUP)
        }
    }

    /// What a copy that was told to stop ends with.
    private static let interrupted = SystemError(code: ECANCELED)

    private func copyFile(
        _ name: [UInt8], _ status: FileStatus, from source: borrowing FileDescriptor,
        to target: borrowing FileDescriptor
    ) throws(SystemError) {
        let original = try FileDescriptor(name, in: source, for: .bytes)
        let file = try FileDescriptor(creating: name, in: target)
        if try !file.shareContent(of: original) {
            let count = try file.copyContent(of: original) { !cancellation.isRequested }
            guard !cancellation.isRequested else { throw Self.interrupted }
            guard count == status.validators.size else { throw SystemError(code: EIO) }
        }
        try give(file, status)
        copied(status.validators.size)
    }

    private func copyLink(
        _ name: [UInt8], _ status: FileStatus, from source: borrowing FileDescriptor,
        to target: borrowing FileDescriptor
    ) throws(SystemError) {
        let place = try source.target(ofLink: name)
        try target.makeLink(name, to: String(decoding: place, as: UTF8.self))
        let made = try target.status(of: name)
        guard (made.owner, made.group) != (status.owner, status.group) else { return }
        try target.setOwner(of: name, status.owner, status.group)
    }

    private func give(_ copy: borrowing FileDescriptor, _ status: FileStatus) throws(SystemError) {
        let made = try copy.status()
        if (made.owner, made.group) != (status.owner, status.group) {
            try copy.setOwner(status.owner, status.group)
        }
        if made.mode != status.mode { try copy.setMode(status.mode) }
    }
}
