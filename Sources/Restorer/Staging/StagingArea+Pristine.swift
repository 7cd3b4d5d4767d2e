// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc

/// The pristine copy: beside `data` of each staging folder, in a folder of ours, `data` as it was written and proven.
///
/// It is there from when the journal says so until the journal says so no more. What a kill leaves of one that the journal
/// does not know is removed by the next opening.
extension StagingArea {
    private static let pristine = "pristine"

    private var folders: [StagedFolder] { [folder] + placeFolders }

    var hasPristine: Bool { journal.pristine != nil }

    func keepPristine(
        margin: UInt64, _ cancellation: Cancellation, decided: (PristineCopy) -> Void,
        copied: @escaping (UInt64) -> Void
    ) throws(RestoreError) -> PristineCopy {
        precondition(phase == .written, "what recovery has changed is not pristine")
        do throws(RestoreError) {
            try removePristine()
            let means = PristineCopy.decided(for: try needs(), margin: margin)
            decided(means)
            if case .leftOut = means { return means }
            let copy = TreeCopy(cancellation: cancellation, copied: copied)
            for folder in folders {
                try attempt { () throws(SystemError) in try Self.copy(folder, by: copy) }
            }
            try sync()
            try enter(phase, pristine: folders.map(\.place.final))
            return means
        } catch {
            try? discardPristine()
            if let status = cancellation.exitStatus { throw .interrupted(status) }
            let means = PristineCopy.leftOut(error.message)
            decided(means)
            return means
        }
    }

    func discardPristine() throws(RestoreError) {
        if hasPristine { try enter(phase, pristine: nil) }
        try removePristine()
    }

    func putBackPristine() throws(RestoreError) {
        guard let copied = journal.pristine else { return }
        try enter(.reverting)
        for folder in folders {
            try attempt { () throws(SystemError) in
                // A tablespace that got its place later holds nothing but what recovery made.
                if copied.contains(folder.place.final) {
                    try Self.putBack(folder)
                } else {
                    try folder.openData().removeContents()
                }
            }
        }
        try sync()
        try enter(.written, pristine: nil)
        try removePristine()
    }

    func removePristine() throws(RestoreError) {
        for folder in folders {
            try attempt { () throws(SystemError) in
                try folder.descriptor.removeTree(Self.pristine.utf8)
            }
        }
    }

    /// Replaces what recovery has changed; where that was done already, there is nothing left to do it with.
    private static func putBack(_ folder: StagedFolder) throws(SystemError) {
        guard try holdsPristine(folder) else { return }
        let passage = try FileDescriptor(folder: pristine.utf8, in: folder.descriptor)
        try folder.descriptor.removeTree("data".utf8)
        try passage.rename("data".utf8, to: "data".utf8, in: folder.descriptor)
    }

    private static func holdsPristine(_ folder: StagedFolder) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let passage = try FileDescriptor(folder: pristine.utf8, in: folder.descriptor)
            return try passage.status(of: "data".utf8).kind == .folder
        } catch {
            guard error.code == ENOENT else { throw error }
            return false
        }
    }

    /// The folder around the copy is for us alone, whoever owns the files: who runs the server cannot get at them.
    private static func copy(_ folder: StagedFolder, by copy: TreeCopy) throws(SystemError) {
        try folder.descriptor.makeFolder(pristine.utf8)
        let passage = try FileDescriptor(folder: pristine.utf8, in: folder.descriptor)
        try passage.makeFolder("data".utf8)
        try copy.copy(
            contentOf: folder.openData(), to: FileDescriptor(folder: "data".utf8, in: passage))
    }

    private func needs() throws(RestoreError) -> [PristineCopy.Need] {
        try folders.map { (folder) throws(RestoreError) in
            let supply = try FreeSpace.supply(of: folder.place.staging)
            var need = PristineCopy.Need(
                directory: folder.place.parent, device: 0,
                size: StagedSize(of: folder.place)?.bytes ?? 0, free: supply.bytes, isShared: false)
            try attempt { () throws(SystemError) in
                need.device = try folder.descriptor.status().device
                need.isShared = try folder.sharesContent()
            }
            return need
        }
    }
}

extension StagedFolder {
    /// Whether files in it can share their blocks, seen by trying.
    func sharesContent() throws(SystemError) -> Bool {
        let names = ["reflink.new", "reflink-of.new"]
        defer { for name in names { try? descriptor.remove(name.utf8) } }
        for name in names { try descriptor.remove(name.utf8) }
        let original = try FileDescriptor(creating: names[1].utf8, in: descriptor)
        try original.write([UInt8](repeating: 0, count: 4096))
        return try FileDescriptor(creating: names[0].utf8, in: descriptor).shareContent(of: original)
    }
}
