// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres

extension RestoreWork {
    /// Reads and proves every backup of a chain, and has the data directory put together from them.
    mutating func streamChain(_ area: StagingArea) throws {
        try area.emptyData()
        let watch = Stopwatch()
        world.observer.began(.stream, bytes: plan.bytesToRead)
        var links: [BackupChain.Link] = []
        var bytes: UInt64 = 0
        for (index, source) in plan.sources.enumerated() {
            let link = try link(index, source, area)
            let tree = try tree(index, source, area)
            let result = try read(source, into: tree)
            try keepManifest(source, result, in: tree, isNeeded: true)
            try TablespaceLinks(data: link.data, places: link.tablespaces, owner: request.owner).make()
            try add(phases(of: result, tree))
            (links, bytes) = (links + [link], bytes &+ result.bytesRead)
        }
        try add([RestorePhase(.stream, seconds: watch.seconds, bytes: bytes)])
        try combine(links, area)
    }

    private func link(_ index: Int, _ source: RestorePlan.Source, _ area: StagingArea) throws(RestoreError)
        -> BackupChain.Link
    {
        var link = BackupChain.Link(data: try area.part("chain-\(index)"), tablespaces: [:])
        for identifier in source.facts.tablespaces {
            link.tablespaces[identifier] = try area.part("chain-\(index)-\(identifier)")
        }
        return link
    }

    private func tree(
        _ index: Int, _ source: RestorePlan.Source, _ area: StagingArea
    ) throws(RestoreError) -> StagedTree {
        do throws(SystemError) {
            var tablespaces: [UInt32: StagedTree.Root] = [:]
            for identifier in source.facts.tablespaces {
                tablespaces[identifier] = try StagedTree.Root("chain-\(index)-\(identifier)", in: area.folder)
            }
            return StagedTree(
                data: try StagedTree.Root("chain-\(index)", in: area.folder), tablespaces: tablespaces,
                owner: request.owner)
        } catch { throw .failed("opening", area.path, error) }
    }

    private mutating func combine(_ links: [BackupChain.Link], _ area: StagingArea) throws {
        let watch = Stopwatch()
        world.observer.began(.combine, bytes: nil)
        let version = try DataDirectory(links[0].data).majorVersion()
        let launcher = try launcher()
        let binaries = try binaries(version, needed: [.postgres, .combineBackup])
        let chain = BackupChain(links: links, launcher: launcher, binaries: binaries)
        let result = BackupChain.Link(data: area.data, tablespaces: area.tablespaces.mapValues(\.data))
        try chain.combine(
            into: result, scratch: area.scratch("server"), cancellation: world.cancellation)
        for (index, link) in links.enumerated() {
            try area.discard("chain-\(index)")
            for identifier in link.tablespaces.keys { try area.discard("chain-\(index)-\(identifier)") }
        }
        try add([RestorePhase(.combine, seconds: watch.seconds)])
    }
}
