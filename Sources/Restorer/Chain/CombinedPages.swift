// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Files
import PrivatePostgres

/// Sums the pages of a data directory on which no server runs.
///
/// Of what `pg_combinebackup` made, before a server is started on it: every page of it was proven in one of the backups;
/// that each came to its own place, nobody has shown. And of a cluster that was recovered and stopped.
struct CombinedPages {
    /// A relation file some of whose pages do not match their checksums.
    struct Fault: Equatable {
        /// In the data directory.
        var path: ObjectName
        var damage: PageDamage

        var finding: Finding {
            let blocks = Finding.PagesFact.BlockRanges(damage.failing.map(\.block))
            return Finding(
                .pages(
                    .combined(
                        pages: damage.pages, damaged: damage.count, blocks,
                        trailingBytes: damage.trailingBytes)), member: path.description)
        }
    }

    /// More files than this are not named.
    private static let limit = 1000

    /// Where recovery starts; nil for a cluster that was shut down, where no page is half written.
    ///
    /// A page that was changed from there on may have been copied half written, and the WAL has it whole.
    let start: LogSequenceNumber?
    let cancellation: Cancellation

    /// Looks at every relation file below these directories: the data directory and its tablespaces.
    func faults(in link: BackupChain.Link) throws(RestoreError) -> [Fault] {
        var faults: [Fault] = []
        let roots =
            [(ObjectName(""), link.data)]
            + link.tablespaces.sorted { $0.key < $1.key }.map {
                (ObjectName("pg_tblspc/\($0.key)/"), $0.value)
            }
        for (prefix, path) in roots {
            do throws(SystemError) {
                try look(into: FileDescriptor(folderItselfAt: path), prefix, &faults)
            } catch { throw .failed("reading", path, error) }
        }
        if let status = cancellation.exitStatus { throw .interrupted(status) }
        return faults
    }

    private func look(
        into folder: borrowing FileDescriptor, _ prefix: ObjectName, _ faults: inout [Fault]
    ) throws(SystemError) {
        for name in try folder.names() where !cancellation.isRequested {
            let path = prefix + ObjectName(bytes: name)
            switch try folder.status(of: name).kind {
            case .folder:
                try look(into: FileDescriptor(folder: name, in: folder), path + "/", &faults)
            case .file:
                guard let file = RelationFile(path) else { continue }
                let damage = try sum(FileDescriptor(name, in: folder, for: .bytes), file)
                if damage.isDamaged, faults.count < Self.limit {
                    faults.append(Fault(path: path, damage: damage))
                }
            case .oddity: continue
            }
        }
    }

    private func sum(
        _ descriptor: borrowing FileDescriptor, _ file: RelationFile
    ) throws(SystemError) -> PageDamage {
        let buffer = PageBuffer(size: 1 << 20)
        var check = PageCheck(file)
        var position: UInt64 = 0
        while !cancellation.isRequested {
            let count = try descriptor.read(at: position, limit: buffer.size, into: buffer)
            guard count > 0 else { break }
            buffer.show(count) { check.receive($0) }
            position += UInt64(count)
        }
        return withoutTorn(check.finish())
    }

    /// A page that was being written for the first time may begin with zeros.
    private func withoutTorn(_ damage: PageDamage) -> PageDamage {
        guard let start else { return damage }
        var damage = damage
        let before = damage.failing.count
        damage.failing.removeAll { $0.changed >= start || $0.changed.position == 0 }
        damage.count -= UInt64(before - damage.failing.count)
        return damage
    }
}
