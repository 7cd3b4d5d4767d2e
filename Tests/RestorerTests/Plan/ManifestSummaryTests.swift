// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import Testing

@testable import Restorer

@Suite struct `The summary of a manifest` {
    private func summary(_ files: [(ObjectName, UInt64)], _ ranges: [WALRange] = []) -> ManifestSummary {
        ManifestSummary(
            BackupManifest(
                version: 1, systemIdentifier: nil,
                files: ManifestFiles(
                    files.map { ManifestFile(path: $0.0, size: $0.1, algorithm: .none, checksum: []) }),
                walRanges: ranges, checksum: ""))
    }

    @Test func `files take up whole blocks, and empty ones none`() {
        let data = summary([("PG_VERSION", 3), ("base/5/1", 0), ("base/5/2", 8192)]).share(of: nil)
        #expect(data.bytes == 4096 + 8192)
        #expect(data.files == 3)
    }

    @Test func `what a tablespace holds is not counted for the data directory`() {
        let summary = summary([
            ("base/5/1", 8192), ("pg_tblspc/16384/PG_15_202209061/5/2", 4096),
            ("pg_tblspc/16385/PG_15_202209061/5/3", 12288),
        ])
        #expect(summary.share(of: nil).bytes == 8192)
        #expect(summary.share(of: 16384).bytes == 4096)
        #expect(summary.share(of: 16385).bytes == 12288)
        #expect(summary.share(of: 16386).files == 0)
        #expect(summary.files == 3)
    }

    @Test func `sizes that no disk has do not overflow`() {
        let data = summary([("base/5/1", .max), ("base/5/2", .max)]).share(of: nil)
        #expect(data.bytes >= UInt64.max - 4095)
    }

    @Test(arguments: [(1 << 20, 17 << 20), (16 << 20, 32 << 20), (1 << 30, 1 << 30)] as [(UInt32, UInt64)])
    func `WAL takes up the segments that its ranges touch`(size: UInt32, bytes: UInt64) {
        let range = WALRange(
            timeline: 1, start: LogSequenceNumber(0x200_0028), end: LogSequenceNumber(0x300_0028))
        #expect(summary([], [range]).bytesOfWAL(size) == bytes)
    }

    @Test func `WAL that no disk has does not overflow`() {
        let range = WALRange(timeline: 1, start: LogSequenceNumber(0), end: LogSequenceNumber(.max))
        #expect(summary([], [range, range]).bytesOfWAL(1 << 30) == .max)
    }
}
