// SPDX-License-Identifier: Apache-2.0
import Archive
import BackupFormats

extension InspectionPlan {
    /// DEFLATE cannot unpack a byte into more than 1032.
    private static let largestRatio: UInt64 = 1032
    /// For directories and files that no manifest lists, in bytes.
    private static let slack: UInt64 = 64 << 20
    /// For each file, in bytes: its header, padding, and what pax may put before it.
    private static let headers: UInt64 = 4096
    /// The largest WAL segment there is: one may begin before the range that is needed, one end after it.
    private static let largestSegment: UInt64 = 1 << 30

    /// How many bytes an archive may unpack to.
    ///
    /// By the manifest: its files with a header and padding each, and WAL where it can be. Without one, what
    /// `DEFLATE` could make of the archive.
    func budget(of source: ContentSource, size: UInt64) -> UInt64 {
        guard let manifest = manifest else {
            return clampedSum([clampedProduct(size, Self.largestRatio), Self.slack])
        }
        let wal = manifest.walRanges.map { $0.end.position - $0.start.position }
        let withWAL = clampedSum(wal + [2 * Self.largestSegment, Self.slack])
        switch source {
        case .wal, .directory: return withWAL
        case .base: return clampedSum([files(manifest, under: nil), withWAL])
        case .tablespace(let identifier):
            return clampedSum([files(manifest, under: identifier), Self.slack])
        }
    }

    /// How many members an archive may have.
    ///
    /// The manifest's files and as many folders, and a segment of WAL and its status for each MiB of what is needed;
    /// without a manifest, as many as `TarReader` takes by itself.
    var memberLimit: Int {
        guard let manifest = manifest else { return TarReader.mostMembers }
        let wal = clampedSum(manifest.walRanges.map { ($0.end.position - $0.start.position) >> 20 })
        return 10_000 + 2 * (manifest.files.count + Int(min(wal, UInt64(TarReader.mostMembers))))
    }

    private func files(_ manifest: BackupManifest, under tablespace: UInt32?) -> UInt64 {
        var sum: UInt64 = 0
        for file in manifest.files.outlines where file.tablespace == tablespace {
            sum = clampedSum([sum, file.size, Self.headers])
        }
        return sum
    }
}

private func clampedSum(_ numbers: [UInt64]) -> UInt64 {
    numbers.reduce(0) { sum, number in
        let (total, overflow) = sum.addingReportingOverflow(number)
        return overflow ? .max : total
    }
}

private func clampedProduct(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? .max : product
}
