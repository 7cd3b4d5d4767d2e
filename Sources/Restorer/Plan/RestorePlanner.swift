// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats
public import Catalogue
public import Diagnostics
import Glibc
public import ObjectStore
import PrivatePostgres
import WALArchive

/// Looks at a backup, the target and this machine, and says what a restore will do; changes nothing.
///
/// Everything that can be refused before a byte is written is refused here.
public struct RestorePlanner {
    /// The backup that was chosen, and why.
    public struct Choice: Sendable {
        /// What is to be restored.
        public var backup: Backup
        /// When it was taken; nil when nothing says so.
        public var time: BackupTime?
        /// Newer backups that were not chosen, and why.
        public var skipped: [LatestChoice.Skipped]
        /// All backups of the store, among which the parents of an incremental one are looked for.
        public var neighbours: [Backup]

        /// Without newer ones that were passed over.
        public init(
            backup: Backup, time: BackupTime?, skipped: [LatestChoice.Skipped] = [], neighbours: [Backup]
        ) {
            (self.backup, self.time) = (backup, time)
            (self.skipped, self.neighbours) = (skipped, neighbours)
        }
    }

    let store: any ObjectStore
    let wal: WALSource?
    let cancellation: Cancellation
    private let memory: (BackupPlace) throws -> BackupMemory
    private let searchPath: [String]

    /// `memory` tells what earlier verifications know of a backup; `searchPath` are the folders of PATH; `wal` is
    /// the archive of WAL, if there is one.
    public init(
        store: any ObjectStore, wal: WALSource?, searchPath: [String], cancellation: Cancellation,
        memory: @escaping (BackupPlace) throws -> BackupMemory
    ) {
        (self.store, self.wal, self.searchPath) = (store, wal, searchPath)
        (self.cancellation, self.memory) = (cancellation, memory)
    }

    /// Plans the restore of a backup; throws what can be refused now, and the plan holds what would be refused later.
    public func plan(_ request: RestoreRequest, of choice: Choice) throws -> RestorePlan {
        try request.checkCombination()
        try Self.checkKind(choice.backup)
        let facts = try facts(of: choice.backup)
        // What only lacks its last step has all that it is going to have, however far the archive has come by now.
        let left = try StagingArea.unfinishedPlacement(of: request.target)
        let request = request.placing(
            facts.tablespaces + (left?.tablespaces.keys.compactMap(UInt32.init) ?? []))
        let destinations = try Destinations(request)
        let sources = try SourceChain(store: store, neighbours: choice.neighbours, facts: self.facts(of:))
            .sources(endingWith: .init(backup: choice.backup, facts: facts))
        try Self.checkReadable(sources)
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try request.goal.checkReach(
                of: BackupExtent(
                    label: facts.label, started: choice.time?.notBefore,
                    ranges: facts.manifest?.walRanges ?? []))
        }
        let version = try majorVersion(facts, request)
        let place = StagedPlace(request.target)
        var plan = RestorePlan(
            request: request, store: store.url, sources: sources, neighbours: choice.neighbours,
            time: choice.time, skipped: choice.skipped,
            tablespaces: try tablespaces(sources, request), majorVersion: version, binaries: nil,
            staging: place.staging, continues: false)
        try destinations.check(plan)
        try Self.checkFiles(request)
        plan.binaries =
            try version.map { (major) throws(RestoreError) in
                try binaries(plan, major: major, searchPath)
            } ?? nil
        plan.unmapped = Self.unmapped(facts, request)
        plan.firstStart = try Self.firstStart(of: facts, request)
        try look(at: facts, &plan)
        try placeLater(&plan, left)
        plan.objections = plan.foundObjections + (try missingArchives(sources))
        let phase = try StagingArea.phaseToContinue(plan.identity, restarts: request.restarts)
        plan.continues = phase != nil
        plan.readsNothing = phase.map { $0 != .streaming && $0 != .recovering } ?? false
        plan.room = try room(plan, phase)
        plan.pristine = try plan.outlookForPristine(after: phase)
        return plan
    }

    /// Once all is written, what is still needed is a guess that was made for the whole.
    private func room(
        _ plan: RestorePlan, _ phase: RestoreJournal.Phase?
    ) throws(RestoreError) -> [RestorePlan.Room] {
        switch phase {
        case nil: try FreeSpace.room(for: plan.demands)
        case .streaming, .recovering: try FreeSpace.room(for: plan.demands, heldIn: plan.stagedPlaces)
        case .written, .reverting, .scripting, .recovered, .moving, .placing: []
        }
    }

    private func facts(of backup: Backup) throws -> BackupFacts {
        try BackupFacts.read(
            backup, in: store, memory: memory(backup.place(inStoreAt: store.url)), readsWAL: wal != nil)
    }

    // MARK: What is restored

    private static func checkKind(_ backup: Backup) throws(RestoreError) {
        switch backup.kind {
        case .tar, .plain: break
        case .legacyArchive, .checksummedFolder:
            throw .notProven(
                backup.label, reason: "it is no backup of pg_basebackup",
                hint: "restore it with the tool that made it.")
        }
        guard backup.kind == .plain || backup.sumFile != nil || backup.manifest != nil else {
            throw .notProven(
                backup.label, reason: "it has neither backup.sha256 nor backup_manifest",
                hint:
                    "nothing says what its bytes should be. If you know that it is whole, write that down in its folder: find . -type f ! -name 'backup.sha256*' -exec sha256sum {} + > backup.sha256"
            )
        }
    }

    /// Refuses at once what would be inconclusive when all the rest was read.
    private static func checkReadable(_ sources: [RestorePlan.Source]) throws(RestoreError) {
        for source in sources {
            let oddities = source.backup.oddities
            guard oddities.isEmpty else { throw .inconclusive(source.facts.label, oddities) }
        }
    }

    private func tablespaces(_ sources: [RestorePlan.Source], _ request: RestoreRequest) throws(RestoreError)
        -> [RestorePlan.Tablespace]
    {
        let last = sources[sources.count - 1].facts
        let known = last.tablespaces
        return known.filter { request.tablespaces[$0] != nil }.map {
            RestorePlan.Tablespace(
                identifier: $0, origin: last.origins[$0], place: request.tablespaces[$0] ?? "",
                bytes: last.manifest?.share(of: $0).bytes)
        } + Self.laterTablespaces(request, known)
    }

    /// Those with a place that the backup does not have: its WAL may make them, or that of the archive.
    private static func laterTablespaces(_ request: RestoreRequest, _ known: [UInt32]) -> [RestorePlan
        .Tablespace]
    {
        let others = request.tablespaces.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
        return others.map { .init(identifier: $0.key, place: $0.value, isLater: true) }
    }

    /// Finds those that WAL makes, and gives them their places where a folder is named for all.
    private func placeLater(
        _ plan: inout RestorePlan, _ left: RestoreJournal.Identity?
    ) throws(RestoreError) {
        plan.laterTablespaces = try tablespacesMade(plan)
        if let left, plan.identity.finishes(left) {
            // Nobody is asked again what was settled.
            return plan.request.archiving = left.archiving.flatMap(ArchivingChoice.init) ?? .off
        }
        let placed = plan.request.placing(plan.laterTablespaces.map(\.identifier))
        guard placed.tablespaces != plan.request.tablespaces else { return }
        plan.request = placed
        plan.tablespaces = try tablespaces(plan.sources, placed)
        try Destinations(placed).check(plan)
    }

    private static func unmapped(_ facts: BackupFacts, _ request: RestoreRequest) -> [RestorePlan.Tablespace]
    {
        facts.tablespaces.filter { request.tablespaces[$0] == nil }.map {
            .init(
                identifier: $0, origin: facts.origins[$0], place: "",
                bytes: facts.manifest?.share(of: $0).bytes)
        }
    }

    /// A backup whose sum file or manifest names an archive that the store does not have.
    private func missingArchives(_ sources: [RestorePlan.Source]) throws(RestoreError) -> [RestoreError] {
        var objections: [RestoreError] = []
        for source in sources where source.backup.kind == .tar {
            let sums: SumFile?
            do { sums = try source.backup.readSumFile(in: store) } catch { throw .unreadable(error) }
            let missing = source.backup.missingArchives(sums)
            guard !missing.isEmpty else { continue }
            objections.append(
                .notProven(
                    source.facts.label,
                    reason: "the store lacks \(missing.map { "'\($0)'" }.joined(separator: ", ")) of it",
                    hint: "bring that back, or restore another backup."))
        }
        return objections
    }

    // MARK: What it needs

    private func majorVersion(_ facts: BackupFacts, _ request: RestoreRequest) throws(RestoreError) -> Int? {
        guard let wanted = request.majorVersion, let found = facts.majorVersion, wanted != found else {
            return facts.majorVersion
        }
        throw .usage(
            "the backup is of PostgreSQL \(found), not \(wanted)",
            hint: "a physical backup runs on its own major version only: leave out --pg-version.")
    }

    private static func checkFiles(_ request: RestoreRequest) throws(RestoreError) {
        for path in [request.settingsFile, request.accessFile].compactMap(\.self) {
            _ = try UserFiles.read(path)
        }
    }
}
