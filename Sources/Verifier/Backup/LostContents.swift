// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Inspection

/// What of a backup is lost with an archive that is missing, as far as the manifest tells.
struct LostContents {
    let manifest: BackupManifest
    /// In bytes; nil when nothing of the backup says so.
    let segmentSize: UInt32?
    private static let mostNames = 100

    /// Nil when the manifest has nothing in the archive.
    func finding(_ name: ObjectName, _ source: ContentSource) -> Finding? {
        switch source {
        case .wal: wal(name)
        case .base: files(name) { !$0.bytes.starts(with: "pg_tblspc/".utf8) }
        case .tablespace(let oid): files(name) { $0.bytes.starts(with: "pg_tblspc/\(oid)/".utf8) }
        case .directory: nil
        }
    }

    private func files(_ archive: ObjectName, _ isHeld: (ObjectName) -> Bool) -> Finding? {
        var names: [ObjectName] = []
        var count = 0
        for file in manifest.files where isHeld(file.path) {
            count += 1
            if names.count < Self.mostNames { names.append(file.path) }
        }
        guard count > 0 else { return nil }
        let shown = names.map(\.description).joined(separator: ", ")
        let more = count > names.count ? " and \(count - names.count) more" : ""
        return Finding(
            .missingMember, object: archive, expected: "\(count) files", found: "nothing",
            message: "lost with it, by the manifest: \(shown)\(more)")
    }

    private func wal(_ archive: ObjectName) -> Finding? {
        guard !manifest.walRanges.isEmpty else { return nil }
        let needed =
            segments
            ?? manifest.walRanges.prefix(10).map {
                "\($0.start) to \($0.end) of timeline \($0.timeline)"
            }
        let text = needed.joined(separator: ", ")
        return Finding(
            .walGap, object: archive, expected: text, found: "nothing",
            message: "WAL that recovery needs is lost with it: \(text)")
    }

    private var segments: [String]? {
        guard let segmentSize else { return nil }
        return manifest.walRanges.lazy.flatMap { range in
            WALFileName.segments(of: range, size: segmentSize).lazy.map {
                "\(WALFileName(timeline: range.timeline, number: $0, size: segmentSize))"
            }
        }.prefix(Self.mostNames).map { $0 }
    }
}
