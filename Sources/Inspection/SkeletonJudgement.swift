// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// Whether a backup has what PostgreSQL cannot do without, whatever its manifest lists: a folder or file that was a
/// link when the backup was made is in neither.
struct SkeletonJudgement {
    private(set) var findings: [Finding] = []

    private let contents: BackupContents
    private let skeleton: Skeleton
    private let homes: [Skeleton.Home: Skeleton.Parts]
    /// Databases that come or go while the backup is recovered; nil where not all of the WAL was read that would tell.
    private let changed: Set<UInt32>?

    init(_ contents: BackupContents, _ identity: BackupIdentity, wal: WALJudgement) {
        self.contents = contents
        changed = wal.isComplete ? wal.reader.flatMap { Self.databases(changedBy: $0.events) } : nil
        var skeleton = Skeleton()
        for object in contents.objects { skeleton.add(object.skeleton) }
        self.skeleton = skeleton
        homes = skeleton.homes
        // Of an archive that broke off, or of a version that is not known, nobody can say what it lacks.
        guard contents.objects.allSatisfy(\.isWhole), !identity.isOfUnknownVersion,
            let version = identity.clusterVersion
        else { return }
        judgeFolders()
        let named = databasesOfCatalogue(version)
        let others = databasesOfFiles.filter { home in !named.keys.contains { $0.database == home.database } }
        let certain = Dictionary(uniqueKeysWithValues: others.map { ($0, false) })
        // What the pages do not say for sure, and what no catalogue names, may be what a CREATE DATABASE left that was
        // broken off.
        for (home, isCertain) in named.merging(certain, uniquingKeysWith: { named, _ in named })
            .sorted(by: { $0.key.database < $1.key.database })
        {
            judge(home, changed != nil && isCertain ? .error : .warning)
        }
    }

    /// Nil when not all events are known.
    private static func databases(changedBy events: WALEventLog) -> Set<UInt32>? {
        guard !events.hasMoreDatabases else { return nil }
        return Set(
            events.databases.compactMap { change in
                switch change.event {
                case .databaseCreated(let database, _), .databaseDropped(let database, _): database
                default: nil
                }
            })
    }

    private mutating func judgeFolders() {
        for folder in Skeleton.neverEmpty where !skeleton.filled.contains(folder) {
            // Of multixacts there may be none left when the last were frozen.
            let severity: Severity = folder.hasPrefix("pg_multixact") ? .warning : .error
            lack(.content, folder.description, severity)
        }
        if !contents.objects.contains(where: { $0.captured[.relationMap] != nil }) {
            lack(.file, CapturedFile.relationMap.path, .error)
        }
    }

    /// Those of which there is any file.
    private var databasesOfFiles: Set<Skeleton.Home> {
        let owners = Dictionary(grouping: homes.keys, by: \.database)
        return Set(
            owners.compactMap { database, places in
                // The one in which the database itself lies; tables of it may lie elsewhere.
                places.first { homes[$0]?.hasVersion == true || homes[$0]?.hasMap == true }
                    ?? Skeleton.Home(tablespace: 1663, database: database)
            })
    }

    /// Those that `pg_database` names, and whether it surely does.
    private mutating func databasesOfCatalogue(_ version: Int) -> [Skeleton.Home: Bool] {
        guard let bytes = contents.objects.lazy.compactMap({ $0.captured[.relationMap] }).first else {
            return [:]
        }
        do throws(FormatError) {
            let map = try RelationMap.parse(bytes)
            guard let node = map.fileNodes[CatalogueRows.databases], let found = skeleton.rows[node] else {
                return [:]
            }
            let rows = found.rows.filter { !$0.isInvalid(majorVersion: version) }
            let named = rows.map { row in
                let tablespace = row.tablespace(majorVersion: version)
                return (Skeleton.Home(tablespace: tablespace, database: row.identifier), row.isCertain)
            }
            return Dictionary(named) { $0 || $1 }
        } catch {
            findings.append(
                Finding(.member(.invalid(Finding.FormatFault(error))), member: CapturedFile.relationMap.path))
            return [:]
        }
    }

    private mutating func judge(_ home: Skeleton.Home, _ severity: Severity) {
        guard changed?.contains(home.database) != true else { return }
        guard let parts = homes[home] else { return lack(.database(home.database), home.path, severity) }
        let version = (parts.hasVersion, ObjectName(PostgresFile.version.rawValue))
        for (isThere, name) in [version, (parts.hasMap, RelationMap.name)] where !isThere {
            lack(.fileOfDatabase(home.database), "\(home.path)/\(name)", severity)
        }
    }

    /// What the manifest lists is told to be missing already.
    private mutating func lack(_ need: Finding.MemberFact.Need, _ path: String, _ severity: Severity) {
        let isListed = contents.plan.manifest?.files.place(of: ObjectName(path)) != nil
        guard !contents.plan.comparesMembers || !isListed else { return }
        findings.append(Finding(.member(.needed(need)), severity, member: path))
    }
}
