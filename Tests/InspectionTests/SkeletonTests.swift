// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import Inspection

@Suite struct `What PostgreSQL cannot do without` {
    private func lacks(_ directory: DataDirectory) -> [String] {
        directory.contents.conclude(hasOwnArchiveForWAL: false, hasManifest: true).findings
            .filter { if case .member(.needed) = $0.fact { true } else { false } }
            .map { "\($0.severity.rawValue) \($0.member ?? "")" }
    }

    private func without(_ path: ObjectName) -> DataDirectory {
        var directory = DataDirectory()
        directory.files[path] = nil
        directory.listed.removeAll { $0.path == path }
        return directory
    }

    /// A page of `pg_database` with a row for each database, its transaction and deletion as this mask of the header says.
    private func page(_ rows: [(database: UInt32, mask: UInt16)]) -> [UInt8] {
        var page = [UInt8](repeating: 0, count: 8192)
        func put(_ number: some FixedWidthInteger, at offset: Int) {
            for index in 0..<number.bitWidth / 8 {
                page[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
            }
        }
        put(UInt16(24 + 4 * rows.count), at: 12)
        put(UInt16(8192), at: 16)
        for (index, row) in rows.enumerated() {
            let (size, start) = (24 + 96, 8192 - (index + 1) * 120)
            put(UInt32(start) | 1 << 15 | UInt32(size) << 17, at: 24 + 4 * index)
            put(row.mask, at: start + 20)
            page[start + 22] = 24
            put(row.database, at: start + 24)
            put(UInt32(1663), at: start + 24 + 92)
        }
        return page
    }

    private func with(_ rows: [(database: UInt32, mask: UInt16)], _ files: [ObjectName] = []) -> DataDirectory
    {
        var directory = DataDirectory(control: ControlBytes(hasPageChecksums: false))
        directory.files["global/1262"] = page(rows)
        for file in files { directory.files[file] = [1] }
        for file in ["global/1262"] + files {
            directory.listed.append(DataDirectory.promise(file, directory.files[file] ?? []))
        }
        return directory
    }

    @Test(arguments: ["pg_xact/0000", "global/pg_filenode.map"])
    func `is an error where it is missing`(path: ObjectName) {
        let lack = path == "pg_xact/0000" ? "pg_xact" : path.description
        #expect(lacks(without(path)) == ["error \(lack)"])
    }

    @Test func `are files that may have been truncated away, so that it is a warning`() {
        #expect(lacks(without("pg_multixact/members/0000")) == ["warning pg_multixact/members"])
    }

    /// `HEAP_XMIN_COMMITTED | HEAP_XMAX_INVALID`.
    private let live: UInt16 = 0x0900

    @Test func `is the folder of each database that the catalogue names`() {
        #expect(lacks(with([(5, live)])) == ["error base/5"])
        #expect(lacks(with([(5, live)], ["base/5/PG_VERSION", "base/5/pg_filenode.map"])).isEmpty)
        #expect(lacks(with([(5, live)], ["base/5/PG_VERSION"])) == ["error base/5/pg_filenode.map"])
    }

    @Test func `is not what was deleted or rolled back, and perhaps what is not known to be committed`() {
        #expect(lacks(with([(5, 0x0500), (6, 0x0A00)])).isEmpty)
        #expect(lacks(with([(5, 0x0800)])) == ["warning base/5"])
    }

    @Test func `is looked for in so many rows and no more, whatever lies in the folder of all databases`() {
        var rows = CatalogueRows()
        let page = page((1...60).map { ($0, live) })
        for _ in 0..<1_200 { rows.receive(page.span.bytes) }
        let (one, most) = (rows.rows.count, Skeleton.rowLimit)
        var (skeleton, other) = (Skeleton(), Skeleton())
        for file in 1...10 as ClosedRange<UInt32> { skeleton.note(rows, of: file) }
        for file in 11...20 as ClosedRange<UInt32> { other.note(rows, of: file) }
        skeleton.add(other)
        #expect(one == 65_536 && skeleton.rows.count == most / one)
    }

    @Test func `may be missing in folders that no catalogue names`() {
        #expect(
            lacks(with([], ["base/7/1259"])) == [
                "warning base/7/PG_VERSION", "warning base/7/pg_filenode.map",
            ])
    }

    /// `XLOG_DBASE_CREATE_FILE_COPY` and `XLOG_DBASE_DROP` of PostgreSQL 15.
    @Test(arguments: [(UInt8(0x00), [5, 1663]), (0x20, [5, 1, 1663])] as [(UInt8, [UInt32])])
    func `is not a database that was made or dropped while the backup ran`(kind: UInt8, numbers: [UInt32]) {
        var directory = with([(5, live), (6, live)])
        directory.wal.note(kind, numbers)
        directory.files[directory.segment] = directory.wal.segments(1)[0]
        #expect(lacks(directory) == ["error base/6"])
        directory.files[directory.segment]?[200_000] ^= 1
        #expect(lacks(directory) == ["warning base/5", "warning base/6"])
    }

    @Test func `cannot be seen for sure where there is no WAL`() {
        var directory = with([(5, live)])
        directory.files[directory.segment] = nil
        #expect(lacks(directory) == ["warning base/5"])
    }
}

extension WALMaker {
    /// Writes a record of databases (`RM_DBASE_ID`).
    fileprivate mutating func note(_ kind: UInt8, _ numbers: [UInt32]) {
        let data = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        (tablespaceAt, manager, info) = (100_000, 4, kind)
        tablespace = [255, UInt8(data.count)] + data
    }
}
