// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Files
import PrivatePostgres

extension RestoreWork {
    /// Reads and proves every backup of a chain, and has the data directory put together from them.
    mutating func streamChain(_ target: any RestoreTarget) throws {
        try target.emptyData()
        let watch = Stopwatch()
        world.observer.began(.stream, bytes: plan.bytesToRead)
        var links: [BackupChain.Link] = []
        var bytes: UInt64 = 0
        for (index, source) in plan.sources.enumerated() {
            let link = try link(index, source, target)
            let tree = try tree(index, source, target)
            let result = try read(source, into: tree)
            try keepManifest(source, result, in: tree, isNeeded: true)
            try TablespaceLinks(data: link.data, places: link.tablespaces, owner: request.owner).make()
            try add(phases(of: result, tree))
            (links, bytes) = (links + [link], bytes &+ result.bytesRead)
        }
        try add([RestorePhase(.stream, seconds: watch.seconds, bytes: bytes)])
        try combine(links, target)
    }

    private func link(_ index: Int, _ source: RestorePlan.Source, _ target: any RestoreTarget)
        throws(RestoreError)
        -> BackupChain.Link
    {
        var link = BackupChain.Link(data: try target.part("chain-\(index)"), tablespaces: [:])
        for identifier in source.facts.tablespaces {
            link.tablespaces[identifier] = try target.part("chain-\(index)-\(identifier)")
        }
        return link
    }

    private func tree(
        _ index: Int, _ source: RestorePlan.Source, _ target: any RestoreTarget
    ) throws(RestoreError) -> StagedTree {
        let parts = source.facts.tablespaces.map { ($0, "chain-\(index)-\($0)") }
        return try target.output(
            ofPart: "chain-\(index)", tablespaces: Dictionary(parts, uniquingKeysWith: { first, _ in first }))
    }

    private mutating func combine(_ links: [BackupChain.Link], _ target: any RestoreTarget) throws {
        let watch = Stopwatch()
        world.observer.began(.combine, bytes: nil)
        try requireChecksums(of: links)
        let version = try DataDirectory(links[0].data).majorVersion()
        let launcher = try launcher()
        let binaries = try binaries(version, needed: [.postgres, .combineBackup])
        let chain = BackupChain(
            links: links, host: try combiner(target, binaries, launcher, last: links[links.count - 1].data),
            // One place, within which the program can make links; parts of the chain lie in it, too.
            writable: [target.path] + target.stagedTablespaces.values)
        let result = BackupChain.Link(data: target.data, tablespaces: target.stagedTablespaces)
        try chain.combine(
            into: result, scratch: target.scratch("server"), cancellation: world.cancellation
        ) { world.observer.noted($0) }
        try requireSoundPages(of: result)
        try target.separateWAL()
        for (index, link) in links.enumerated() {
            try target.discard("chain-\(index)")
            for identifier in link.tablespaces.keys { try target.discard("chain-\(index)-\(identifier)") }
        }
        try add([RestorePhase(.combine, seconds: watch.seconds)])
    }

    /// Refuses what PostgreSQL's documentation of pg_combinebackup warns of.
    private func requireChecksums(of links: [BackupChain.Link]) throws(RestoreError) {
        var haveChecksums: [Bool] = []
        for link in links { haveChecksums.append(try DataDirectory(link.data).control().hasPageChecksums) }
        guard let bare = ChainChecksums.firstWithout(haveChecksums) else { return }
        try accept([ChainChecksums.finding(plan.sources[bare].facts.label)])
    }

    /// Sums the pages of the result, where they have checksums.
    private func requireSoundPages(of result: BackupChain.Link) throws(RestoreError) {
        let control = try DataDirectory(result.data).control()
        guard control.hasPageChecksums, control.blockSize == PageCheck.pageSize,
            control.relationSegmentBlocks == RelationFile.usualSegmentBlocks,
            let start = plan.ranges.map(\.start).min()
        else { return }
        let pages = CombinedPages(start: start, cancellation: world.cancellation)
        try accept(try pages.faults(in: result).map(\.finding))
    }

    /// Throws unless there are none, or somebody has accepted the damage of the backup.
    private func accept(_ findings: [Finding]) throws(RestoreError) {
        guard !findings.isEmpty else { return }
        guard request.acceptedDamage == plan.backup.label else { throw .damaged(plan.backup.label, findings) }
        for finding in findings { world.observer.noted(finding.message) }
    }
}
