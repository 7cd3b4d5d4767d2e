// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files

/// What a staging folder takes up.
struct StagedSize: Equatable {
    /// On disk.
    private(set) var bytes: UInt64 = 0
    /// Files and directories.
    private(set) var files: UInt64 = 0

    /// Nil when there is no such folder.
    init?(of place: StagedPlace) {
        guard let folder = try? FileDescriptor(folderItselfAt: place.staging) else { return nil }
        add(contentOf: folder)
    }

    /// What goes away meanwhile, or may not be looked at, counts for nothing.
    private mutating func add(contentOf folder: borrowing FileDescriptor) {
        for name in (try? folder.names()) ?? [] {
            guard let status = try? folder.status(of: name) else { continue }
            let isFolder = status.kind == .folder
            // What has several names is counted once by all of them together.
            bytes = bytes.addingClamped(status.allocated / (isFolder ? 1 : max(1, status.links)))
            files += 1
            if isFolder, let next = try? FileDescriptor(folder: name, in: folder) { add(contentOf: next) }
        }
    }
}
