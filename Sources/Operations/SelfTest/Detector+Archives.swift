// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Digests
import Inspection

extension Detector {
    /// A file without a sum of its own in a tar, held against a manifest.
    static var member: Detector {
        let content = madeUp(4096)
        let archive = archive(of: "base/5/PG_VERSION", content)
        let order = order(manifest("base/5/PG_VERSION", content), size: archive.count)
        return Detector(.member, archive, over: 512..<512 + content.count) { bytes in
            guard let order else { return false }
            let inspector = order.inspector()
            inspector.receive(bytes.span.bytes)
            return order.isIntact(inspector.finish())
        }
    }

    /// All of a header but its sum, whose digits can be written in several ways.
    static var tar: Detector {
        let archive = archive(of: "base/5/1259", madeUp(512))
        return Detector(.tar, archive, over: 0..<148) { bytes in
            isWhole { () throws(ArchiveError) in
                let reader = TarReader(into: MemberDiscarding())
                try reader.receive(bytes.span.bytes)
                try reader.finish()
            }
        }
    }

    private static func archive(of path: String, _ content: [UInt8]) -> [UInt8] {
        var archive: [UInt8] = []
        let writer = TarWriter<Never> { bytes in
            bytes.withUnsafeBytes { archive.append(contentsOf: $0) }
        }
        let entry = TarEntry(
            path: Array(path.utf8), kind: .file(size: UInt64(content.count)), mode: 0o600,
            modified: 1_761_575_400)
        // A sample that could not be written is one that no layer lets pass.
        guard (try? writer.add(entry, content: content)) != nil, (try? writer.finish()) != nil else {
            return []
        }
        return archive
    }

    private static func order(_ manifest: [UInt8], size: Int) -> InspectionOrder? {
        guard let manifest = try? BackupManifest.parse(manifest) else { return nil }
        return InspectionOrder(
            "base.tar", .base, size: UInt64(size), plan: InspectionPlan(manifest: manifest))
    }

    /// As PostgreSQL writes it, with its own sum.
    private static func manifest(_ path: String, _ content: [UInt8]) -> [UInt8] {
        let body = """
            { "PostgreSQL-Backup-Manifest-Version": 1,
            "Files": [
            { "Path": "\(path)", "Size": \(content.count), "Last-Modified": "2025-10-27 14:30:00 GMT", \
            "Checksum-Algorithm": "CRC32C", "Checksum": "\(Hex.encode(CRC32C.checksum(of: content).bytes))" }
            ],
            "WAL-Ranges": [
            { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
            ],

            """
        let seal = SHA256.digest(of: Array(body.utf8)).hex
        return Array((body + "\"Manifest-Checksum\": \"\(seal)\"}\n").utf8)
    }
}

// MARK: Compressors
extension Detector {
    /// The streams that the compressors' own tools made of a text.
    static var compressed: [Detector] {
        [
            compressed(.gzip, CompressedSamples.gzip), compressed(.zstd, CompressedSamples.zstd),
            compressed(.lz4, CompressedSamples.lz4), compressed(.bzip2, CompressedSamples.bzip2),
        ]
    }

    private static func compressed(
        _ layer: DetectorLayer, _ sample: CompressedSamples.Sample
    ) -> Detector {
        Detector(layer, sample.bytes, over: sample.ground) { bytes in
            isWhole { () throws(ArchiveError) in
                let decompressor = Decompressor(into: Discarding(), budget: 1 << 20)
                try decompressor.receive(bytes.span.bytes)
                try decompressor.finish()
            }
        }
    }

    private static func isWhole(_ read: () throws(ArchiveError) -> Void) -> Bool {
        do throws(ArchiveError) {
            try read()
            return true
        } catch { return false }
    }
}

private final class Discarding: ByteSink {
    func receive(_ bytes: RawSpan) {}
    func finish() {}
}

private final class MemberDiscarding: MemberSink {
    func begin(_ member: TarMember) {}
    func receive(_ bytes: RawSpan) {}
    func end() {}
}
