// SPDX-License-Identifier: Apache-2.0

/// A link `pg_tblspc/OID` or `pg_wal` of a data directory: the two kinds that are followed below a store's root.
///
/// `pg_basebackup -Fp` leaves such links with `-T OLD=NEW` and `--waldir`. What one says only proposes a place. The way there is walked
/// from the root on, a name at a time and through no link, so none leads out of the root, whoever changes it
/// meanwhile; and behind one no other is followed, so there are no loops.
enum BackupLink {
    typealias Part = ArraySlice<UInt8>

    case tablespace, wal

    /// What a link of this name may be: `…/pg_tblspc/OID`, `…/pg_wal`.
    init?(_ parts: ArraySlice<Part>) {
        if parts.last?.elementsEqual("pg_wal".utf8) == true {
            self = .wal
        } else if Self.isNamedAsTablespace(parts) {
            self = .tablespace
        } else {
            return nil
        }
    }

    /// How many parts of its name come after the data directory's.
    var depth: Int {
        switch self {
        case .tablespace: 2
        case .wal: 1
        }
    }

    /// Whether something of this name is shown where such a link leads: nothing else there is PostgreSQL's.
    func shows(_ name: some Collection<UInt8>) -> Bool {
        switch self {
        case .tablespace: Self.isVersionFolder(name)
        case .wal: Self.isOfWAL(name)
        }
    }

    /// Why one is not followed.
    enum Refusal: Error, Equatable {
        /// What stands there has the name of a tablespace's link, and no backup round it.
        case ofNoBackup
        case unreachable(String)
        case leadsOut
        /// A data directory's files are its own: what is behind the link would be listed twice.
        case leadsIntoDataDirectory
        case leadsToNothingOfPostgres

        /// What stands there, as the `oddity` of an object.
        func words(root: String) -> String {
            switch self {
            case .ofNoBackup: "symbolic link"
            case .unreachable(let reason): "symbolic link that cannot be followed (\(reason))"
            case .leadsOut: "symbolic link that leads out of '\(root)'"
            case .leadsIntoDataDirectory: "symbolic link that leads into a data directory"
            case .leadsToNothingOfPostgres:
                "symbolic link that leads to no tablespace and no WAL of PostgreSQL"
            }
        }
    }

    private static func isNamedAsTablespace(_ parts: ArraySlice<Part>) -> Bool {
        guard parts.count >= 2, let name = parts.last else { return false }
        let isNumber = name.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return parts[parts.endIndex - 2].elementsEqual("pg_tblspc".utf8)
            && isNumber && (1...10).contains(name.count) && name.first != UInt8(ascii: "0")
    }

    /// Segments, also unfinished ones, histories of timelines and backups, and PostgreSQL's own folders.
    private static func isOfWAL(_ name: some Collection<UInt8>) -> Bool {
        let digits = name.prefix { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }.count
        if digits == 24, name.count == 24 { return true }
        return ["archive_status", "summaries"].contains { name.elementsEqual($0.utf8) }
            || digits == 8 && name.dropFirst(8).elementsEqual(".history".utf8)
            || digits == 24 && name.dropFirst(24).first == UInt8(ascii: ".")
    }

    /// Whether a tablespace's files are in a folder of this name, such as `PG_16_202307071`.
    private static func isVersionFolder(_ name: some Sequence<UInt8>) -> Bool {
        let parts = Array(name).split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        let numbers = parts.dropFirst()
        return parts.count == 3 && parts[0].elementsEqual("PG".utf8)
            && numbers.allSatisfy { number in
                !number.isEmpty && number.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            }
    }

    /// The way from the root to an absolute path without links; nil when it lies elsewhere.
    static func way(to path: [UInt8], from root: [UInt8]) -> [Part]? {
        let slash = UInt8(ascii: "/")
        let (path, root) = (path.split(separator: slash), root.split(separator: slash))
        guard path.starts(with: root) else { return nil }
        return Array(path.dropFirst(root.count))
    }
}
