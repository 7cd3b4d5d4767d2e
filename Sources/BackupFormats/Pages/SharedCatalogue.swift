// SPDX-License-Identifier: Apache-2.0

/// The names that stand in a catalogue that all databases share, read from its file: a server cannot be asked for the
/// name of a user by which it could be asked.
///
/// Formats: `HeapTupleHeaderData` (src/include/access/htup_details.h), `PageHeaderData` (storage/bufpage.h),
/// `RelMapFile` (src/backend/utils/cache/relmapper.c). Every version of a row counts, seen or not: what is named here may
/// be gone, and is only to be tried.
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

    private static let pageSize = 8192
    /// `RELMAPPER_FILEMAGIC`.
    private static let mapMagic: UInt32 = 0x592717

    /// The number of its file in `global`, as `pg_filenode.map` has it; nil where that makes no sense.
    public func fileNode(inMap map: [UInt8]) -> UInt32? {
        var reader = BinaryReader(map)
        let (magic, count): (UInt32, UInt32) = (reader.take(), reader.take())
        guard magic == Self.mapMagic, count <= 64, map.count >= 8 + 8 * Int(count) else { return nil }
        for _ in 0..<count {
            let (relation, node): (UInt32, UInt32) = (reader.take(), reader.take())
            if relation == rawValue { return node }
        }
        return nil
    }

    /// The entries of a file, each name once, in the order of their numbers.
    public func entries(of file: [UInt8]) -> [Entry] {
        var found: [[UInt8]: Entry] = [:]
        for start in stride(from: 0, to: file.count, by: Self.pageSize)
        where start + Self.pageSize <= file.count {
            for row in Self.rows(ofPage: Array(file[start..<start + Self.pageSize])) {
                guard let entry = entry(row) else { continue }
                found[entry.name] = found[entry.name].map { $0.mayDoAll ? $0 : entry } ?? entry
            }
        }
        return found.values.sorted { $0.identifier < $1.identifier }
    }

    /// `oid`, a name of 64 bytes, and of a role `rolsuper` and `rolcanlogin` behind it.
    private func entry(_ row: [UInt8]) -> Entry? {
        guard row.count >= 73 else { return nil }
        var reader = BinaryReader(row)
        let name = Array(row[4..<68].prefix { $0 != 0 })
        guard !name.isEmpty else { return nil }
        return Entry(
            identifier: reader.take(), name: name, mayDoAll: self == .roles && row[68] == 1 && row[72] == 1)
    }

    /// The columns of each row of a page, without the rows' headers.
    private static func rows(ofPage page: [UInt8]) -> [[UInt8]] {
        var reader = BinaryReader(page, at: 12)
        let lower = min(Int(reader.take(UInt16.self)), pageSize)
        return stride(from: 24, to: lower - 3, by: 4).compactMap { offset in
            var reader = BinaryReader(page, at: offset)
            let item: UInt32 = reader.take()
            let (start, flags, length) = (Int(item & 0x7FFF), item >> 15 & 3, Int(item >> 17))
            guard flags == 1, length > 23, start + length <= pageSize else { return nil }
            let columns = Int(page[start + 22])
            guard columns >= 23, columns < length else { return nil }
            return Array(page[start + columns..<start + length])
        }
    }
}
