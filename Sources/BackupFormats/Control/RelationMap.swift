// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

/// What `pg_filenode.map` says: which files hold the catalogues that PostgreSQL must find before it can read any.
///
/// Written by PostgreSQL 12 to 18 (`RelMapFile` in src/backend/utils/cache/relmapper.c).
public struct RelationMap: Sendable, Equatable {
    /// File nodes by the catalogue's OID.
    public var fileNodes: [UInt32: UInt32]

    /// In `global` and in the directory of each database.
    public static let name: ObjectName = "pg_filenode.map"

    /// `RELMAPPER_FILEMAGIC`.
    private static let magic: UInt32 = 0x0059_2717
    /// In bytes: 62 mappings and padding up to PostgreSQL 15, 64 without any from 16 on.
    private static let sizes: [Int: Int] = [512: 504, 524: 520]

    /// Throws when the file has another size or magic number, too many mappings or a wrong CRC.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> RelationMap {
        guard let sum = sizes[bytes.count] else { throw invalid(0, "512 or 524 bytes", "\(bytes.count)") }
        var reader = BinaryReader(bytes)
        let found = reader.take(UInt32.self)
        guard found == magic else { throw invalid(0, "its magic number", "\(found)") }
        let count = reader.take(UInt32.self)
        guard count <= (sum - 8) / 8 else {
            throw invalid(4, "at most \((sum - 8) / 8) mappings", "\(count)")
        }
        var crc = CRC32C()
        crc.update(bytes.span.bytes.extracting(first: sum))
        var end = BinaryReader(bytes, at: sum)
        guard crc.value == end.take(UInt32.self) else {
            throw invalid(sum, "the CRC of its bytes", "another")
        }
        let pairs = (0..<count).map { _ in (reader.take(UInt32.self), reader.take(UInt32.self)) }
        return RelationMap(fileNodes: Dictionary(pairs) { first, _ in first })
    }

    private static func invalid(_ offset: Int, _ expected: String, _ found: String) -> FormatError {
        .invalidFile(.relationMap, place: "byte \(offset)", expected: expected, found: found)
    }
}
