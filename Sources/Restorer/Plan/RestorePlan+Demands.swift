// SPDX-License-Identifier: Apache-2.0
import AuditModel
import WALArchive

extension RestorePlan {
    /// Directories, and what recovery writes besides WAL.
    private static let margin: (bytes: UInt64, files: UInt64) = (32 << 20, 100)

    /// What has to fit, and where.
    var demands: [FreeSpace.Demand] { (isChain ? parts : []) + result + extra }

    /// The backups of a chain, which lie beside the target until they are put together.
    private var parts: [FreeSpace.Demand] {
        sources.map(\.facts).flatMap { facts in
            facts.shares.map { share in
                FreeSpace.Demand(path: parent, bytes: facts.space(of: share), files: facts.files(of: share))
            } + [FreeSpace.Demand(path: parent, bytes: facts.spaceOfWAL, files: .none)]
        }
    }

    /// What takes its name in the end.
    var result: [FreeSpace.Demand] {
        facts.shares.map { share in
            FreeSpace.Demand(
                path: folder(of: share), bytes: spaceOfResult(share), files: facts.files(of: share))
        } + [FreeSpace.Demand(path: parentOfWAL, bytes: facts.spaceOfWAL, files: .none)]
    }

    /// Each file of a chain's result is put together from blocks of all its backups, or is one of theirs, which a
    /// hard link may make do with.
    private func spaceOfResult(_ share: UInt32?) -> SpaceEstimate {
        guard isChain else { return facts.space(of: share) }
        let sum = sources.map { $0.facts.space(of: share) }.reduce(.none, +)
        return SpaceEstimate(
            least: tablespaces.isEmpty ? 0 : facts.space(of: share).least, likely: sum.likely)
    }

    /// What the private server keeps of WAL from the archive until it has been replayed: its `max_wal_size`.
    private static let keptWAL: UInt64 = 1 << 30

    /// A new timeline, and WAL from the archive; in bytes.
    private var bytesOfWAL: UInt64 {
        let segment = UInt64(facts.segmentSize ?? BackupFacts.usualSegmentSize)
        var archived: UInt64 = 0
        if case .holds(let outlook) = archive {
            archived = min(outlook.segments.multipliedClamped(by: segment), max(Self.keptWAL, 2 * segment))
        }
        let recovery = request.startsServer ? archived + 3 * segment : 0
        return recovery
    }

    /// All that recovery may write besides the files themselves, and room for what nobody counts; in bytes.
    var bytesOfRecovery: UInt64 { Self.margin.bytes + bytesOfWAL }

    private var extra: [FreeSpace.Demand] {
        [
            FreeSpace.Demand(
                path: parent, bytes: .perhaps(Self.margin.bytes), files: .perhaps(Self.margin.files)),
            FreeSpace.Demand(path: parentOfWAL, bytes: .perhaps(bytesOfWAL), files: .none),
        ]
    }

    /// Beside which folders of ours all of that is put together.
    var stagedPlaces: [StagedPlace] {
        [StagedPlace(request.target)] + tablespaces.map { StagedPlace($0.place) }
            + [request.walDirectory].compactMap { $0.map(StagedPlace.init) }
    }

    private var parentOfWAL: String { request.walDirectory.map { StagedPlace($0).parent } ?? parent }

    private var parent: String { StagedPlace(request.target).parent }

    private func folder(of tablespace: UInt32?) -> String {
        let place = tablespaces.first { $0.identifier == tablespace }?.place
        return place.map { StagedPlace($0).parent } ?? parent
    }
}

extension BackupFacts {
    /// The data directory (nil) and its tablespaces.
    fileprivate var shares: [UInt32?] { [nil] + tablespaces.map(Optional.some) }
}
