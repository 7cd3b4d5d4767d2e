// SPDX-License-Identifier: Apache-2.0

/// The names that stand in a catalogue that all databases share, read from its file: a server cannot be asked for the
/// name of a user by which it could be asked.
///
/// Every version of a row counts, seen or not: what is named here may be gone, and is only to be tried.
public enum SharedCatalogue: UInt32, Sendable {
    /// `pg_authid`.
    case roles = 1260
    /// `pg_database`.
    case databases = 1262

    /// What one version of a row says.
    public struct Entry: Sendable, Equatable {
        /// The OID.
        public var identifier: UInt32
        /// In whatever encoding it was written.
        public var name: [UInt8]
        /// Of a role: whether it is a superuser that may log in.
        public var mayDoAll: Bool
    }

    /// The entries of a file, each name once, in the order of their numbers.
    public func entries(of file: [UInt8]) -> [Entry] {
        var found: [[UInt8]: Entry] = [:]
        for start in stride(from: 0, through: file.count - PageCheck.pageSize, by: PageCheck.pageSize) {
            for row in HeapPage(Array(file[start..<start + PageCheck.pageSize])).rows {
                guard let entry = entry(row) else { continue }
                found[entry.name] = found[entry.name].map { $0.mayDoAll ? $0 : entry } ?? entry
            }
        }
        return found.values.sorted { $0.identifier < $1.identifier }
    }

    /// `oid`, a name of 64 bytes, and of a role `rolsuper` and `rolcanlogin` behind it.
    private func entry(_ row: HeapPage.Row) -> Entry? {
        guard row.columns.count >= 73 else { return nil }
        let columns = Array(row.columns)
        let name = Array(columns[4..<68].prefix { $0 != 0 })
        guard !name.isEmpty else { return nil }
        return Entry(
            identifier: row.number(at: 0), name: name,
            mayDoAll: self == .roles && columns[68] == 1 && columns[72] == 1)
    }
}
