// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Evidence
import Foundation
import GRDB
import Testing

@testable import History

@Suite struct FilesTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    @Test func `only the owner may look into a new folder and its files`() throws {
        let path = scratch.folder + "/state/deep/h.sqlite"
        let history = try HistoryDatabase(at: path, clock: TestClock().wall)
        try history.verify()
        #expect(try mode(scratch.folder + "/state") == 0o700)
        #expect(try mode(scratch.folder + "/state/deep") == 0o700)
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600) }
    }

    /// Leaves a closed history with several pages.
    private func fill() throws {
        let history = try scratch.open()
        try history.verify(objects: (0..<500).map { reading(ObjectName("object-\($0)")) })
        try history.pool.close()
    }

    private func overwrite(at offset: UInt64, with bytes: [UInt8]) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: scratch.path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    @Test(arguments: [0, 100, 4096, 3 * 4096, 10 * 4096] as [UInt64])
    func `a corrupt file is moved aside with its -wal and -shm`(offset: UInt64) throws {
        try fill()
        try overwrite(at: offset, with: (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 13) })
        let corrupt = try Data(contentsOf: URL(fileURLWithPath: scratch.path))
        for suffix in ["-wal", "-shm"] { try Data().write(to: URL(fileURLWithPath: scratch.path + suffix)) }

        let history = try scratch.open()
        let aside = try #require(history.movedAside)
        #expect(aside == scratch.path + ".corrupt-20270115T080000Z")
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == corrupt)
        let kept = try names(in: scratch.folder).filter { $0.contains(".corrupt-") }
        #expect(kept.map { $0.suffix(4) } == ["000Z", "-shm", "-wal", "aves"])
        #expect(try history.backups().isEmpty)
        let event = try #require(try history.events().first)
        #expect(event.kind == "history-moved-aside")
        #expect(event.text.contains(aside))
    }

    @Test func `an older corrupt file is not overwritten by the next`() throws {
        for _ in 0..<3 {
            try Data(repeating: 0xA5, count: 64).write(
                to: URL(fileURLWithPath: scratch.path))
            let history = try scratch.open()
            #expect(history.movedAside != nil)
            try history.pool.close()
        }
        #expect(try names(in: scratch.folder).filter { $0.contains(".corrupt-") }.count == 3)
    }

    @Test func `a history that is put in place of another one gets a file of leaves of its own`() throws {
        let kept = scratch.folder + "/kept.sqlite"
        for number in 0..<2 {
            let history = try scratch.open()
            for _ in 0...number { try history.verify() }
            if number == 0 { try history.copy(to: kept) }
            try history.pool.close()
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: scratch.path + suffix)
            }
        }
        try FileManager.default.moveItem(atPath: kept, toPath: scratch.path)
        let history = try scratch.open()
        try history.use(Witness())
        #expect(try history.events().first?.text.contains("came to stand where another one was") == true)
        try history.verify()
        let audit = try history.audit()
        #expect(audit.faults.isEmpty && audit.inFile == audit.size)
        #expect(try names(in: scratch.folder).filter { $0.contains(".lost-") }.count == 2)
    }

    @Test func `another program's database is refused and left as it is`() throws {
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.write { try $0.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch.path))
        #expect(throws: HistoryError.foreign(path: scratch.path)) { try scratch.open() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path)) == before)
    }

    @Test(arguments: ["", "-wal", "-shm"])
    func `a file that vanishes while open is an error`(suffix: String) throws {
        let history = try scratch.open()
        try history.verify()
        try FileManager.default.removeItem(atPath: scratch.path + suffix)
        #expect(throws: HistoryError.vanished(path: scratch.path)) { try history.memory(of: place) }
        let error = #expect(throws: HistoryError.self) { try history.verify() }
        #expect(error == .vanished(path: scratch.path))
        #expect(error?.exitStatus == .inconclusive)
    }

    @Test func `a place where no file can be made is an error with a way out`() throws {
        try Data().write(to: URL(fileURLWithPath: scratch.folder + "/file"))
        let path = scratch.folder + "/file/history.sqlite"
        let error = #expect(throws: HistoryError.self) {
            try HistoryDatabase(at: path, clock: TestClock().wall)
        }
        #expect(error?.exitStatus == .inconclusive)
        #expect(error?.hints.contains { $0.contains("--no-history") } == true)
    }

    @Test func `a read-only folder is an error, whether the file is there or not`() async throws {
        try fill()
        let path = scratch.path
        #expect(chmod(path, 0o444) == 0 && chmod(scratch.folder, 0o555) == 0)
        await #expect(processExitsWith: .success) { [path = path as String] in
            // Permissions do not bind root.
            if geteuid() == 0 { try #require(setegid(65534) == 0 && seteuid(65534) == 0) }
            for name in [path, path + ".new"] {
                let error = #expect(throws: HistoryError.self) {
                    try HistoryDatabase(at: name, clock: TestClock().wall)
                }
                guard case .unusable? = error else { exit(1) }
            }
            exit(0)
        }
        chmod(scratch.folder, 0o755)
        #expect(try names(in: scratch.folder) == ["history.sqlite", "history.sqlite.leaves"])
    }

    @Test func `a full disk loses nothing that was there`() throws {
        let history = try scratch.open()
        try history.verify(objects: [reading("before")])
        try history.tamper("PRAGMA max_page_count = 1")
        let error = #expect(throws: HistoryError.self) {
            try history.verify(objects: (0..<5000).map { reading(ObjectName("object-\($0)")) })
        }
        #expect(error?.exitStatus == .inconclusive)
        #expect(try history.objects().map(\.name) == ["before"])
        #expect(try history.count("proof") == 1)
    }

    @Test func `a file that another program keeps locked is an error in the end`() throws {
        let history = try HistoryDatabase(
            at: scratch.path, clock: TestClock().wall, process: .current, patience: 0.05)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: scratch.path, configuration: configuration)
        try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(throws: HistoryError.locked(path: scratch.path)) { try history.begin(start()) }
        #expect(try history.backups().isEmpty)
        try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        _ = try history.begin(start())
    }
}
