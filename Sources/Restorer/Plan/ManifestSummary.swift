// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

/// What a plan needs of a manifest, without its list of files, which can be large and which the reading of the
/// backup has in memory once already.
public struct ManifestSummary: Sendable, Equatable {
    /// What one tablespace, or the data directory without them, holds.
    struct Share: Sendable, Equatable {
        var files = 0
        /// As they take up room on disk.
        var bytes: UInt64 = 0
    }

    let systemIdentifier: UInt64?
    let walRanges: [WALRange]
    /// The OIDs of the tablespaces that have files, ascending.
    let tablespaces: [UInt32]
    let files: Int
    /// The paths of all files of settings.
    let settings: Set<ObjectName>
    private let shares: [UInt32?: Share]

    /// Goes once through the list of files.
    public init(_ manifest: BackupManifest) {
        (systemIdentifier, walRanges) = (manifest.systemIdentifier, manifest.walRanges)
        (tablespaces, files) = (manifest.tablespaces, manifest.files.count)
        settings = Set(manifest.files.paths(endingWith: BackedUpSettings.ending))
        shares = manifest.files.outlines.reduce(into: [:]) { shares, file in
            shares[file.tablespace, default: Share()].add(file)
        }
    }

    /// Nil means the data directory without its tablespaces.
    func share(of tablespace: UInt32?) -> Share { shares[tablespace] ?? Share() }

    /// Segments are whole files, however little of the first and the last one is needed.
    func bytesOfWAL(_ segmentSize: UInt32) -> UInt64 {
        walRanges.reduce(0) { sum, range in
            let numbers = WALFileName.segments(of: range, size: segmentSize)
            let count = (numbers.upperBound - numbers.lowerBound).addingClamped(1)
            return sum.addingClamped(count.multipliedClamped(by: UInt64(segmentSize)))
        }
    }

    /// Of all files.
    var bytes: UInt64 { shares.values.reduce(0) { $0.addingClamped($1.bytes) } }
}

extension ManifestSummary.Share {
    fileprivate mutating func add(_ file: ManifestFiles.Outline) {
        files += 1
        bytes = bytes.addingClamped(file.size.inBlocks)
    }
}
