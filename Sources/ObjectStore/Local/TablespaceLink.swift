// SPDX-License-Identifier: Apache-2.0

/// A link `pg_tblspc/OID` of a data directory: the one kind that is followed below a store's root.
///
/// `pg_basebackup -Fp -T OLD=NEW` leaves such links. What one says only proposes a place. The way there is walked
/// from the root on, a name at a time and through no link, so none leads out of the root, whoever changes it
/// meanwhile; and behind one no other is followed, so there are no loops.
enum TablespaceLink {
    typealias Part = ArraySlice<UInt8>

    /// Why one is not followed.
    enum Refusal: Error, Equatable {
        /// What stands there has the name of a tablespace's link, and no backup round it.
        case ofNoBackup
        case unreachable(String)
        case leadsOut
        /// A data directory's files are its own: what is behind the link would be listed twice.
        case leadsIntoDataDirectory
        case leadsToNoTablespace

        /// What stands there, as the `oddity` of an object.
        func words(root: String) -> String {
            switch self {
            case .ofNoBackup: "symbolic link"
            case .unreachable(let reason): "symbolic link that cannot be followed (\(reason))"
            case .leadsOut: "symbolic link that leads out of '\(root)'"
            case .leadsIntoDataDirectory: "symbolic link that leads into a data directory"
            case .leadsToNoTablespace: "symbolic link that leads to no tablespace of PostgreSQL"
            }
        }
    }

    /// Whether a link of this name may be one: `…/pg_tblspc/OID`.
    static func isNamed(_ parts: ArraySlice<Part>) -> Bool {
        guard parts.count >= 2, let name = parts.last else { return false }
        let isNumber = name.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return parts[parts.endIndex - 2].elementsEqual("pg_tblspc".utf8)
            && isNumber && (1...10).contains(name.count) && name.first != UInt8(ascii: "0")
    }

    /// Whether a tablespace's files are in a folder of this name, such as `PG_16_202307071`.
    ///
    /// Nothing else of a tablespace's directory is PostgreSQL's.
    static func isVersionFolder(_ name: some Sequence<UInt8>) -> Bool {
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
