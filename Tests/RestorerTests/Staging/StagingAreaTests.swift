// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite("a staging area")
struct StagingAreaTests {
    private let place: OwnedDirectory
    private var target: String { "\(place.path)/db" }
    private var space: String { "\(place.path)/space" }
    private var staging: String { "\(place.path)/.db.pg_backctl" }
    private let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)

    init() throws { place = try OwnedDirectory() }

    private func identity(_ backup: String = "/b/1") -> RestoreJournal.Identity {
        RestoreJournal.Identity(
            backup: backup, objects: "o", target: target, tablespaces: ["16384": space], request: "r",
            files: "f")
    }

    private func area(_ backup: String = "/b/1", restarts: Bool = false) throws -> StagingArea {
        try StagingArea(identity(backup), restarts: restarts, owner: owner) { _ in }
    }

    private func write(_ name: String) throws {
        try Data("x".utf8).write(to: URL(filePath: "\(place.path)/\(name)"))
    }

    private func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(place.path)/\(name)")
    }

    @Test func `is gone on with by the same restore, and cleared for another or when asked to`() throws {
        do {
            let first = try area()
            #expect(!first.isResumed)
            try write(".db.pg_backctl/data/kept")
        }
        #expect(try area().isResumed && holds(".db.pg_backctl/data/kept"))
        #expect(try !area("/b/2").isResumed && !holds(".db.pg_backctl/data/kept"))
        try write(".db.pg_backctl/data/kept")
        #expect(try !area("/b/2", restarts: true).isResumed && !holds(".db.pg_backctl/data/kept"))
    }

    @Test func `starts over after scripts, of which nobody knows how far they came`() throws {
        do {
            let first = try area()
            try write(".db.pg_backctl/data/kept")
            try first.enter(.scripting)
        }
        #expect(try !area().isResumed && !holds(".db.pg_backctl/data/kept"))
    }

    /// More places for tablespaces change nothing of what is written, until parts are in their places.
    @Test(arguments: [
        (RestoreJournal.Phase.streaming, true), (.written, true), (.recovering, true), (.scripting, false),
        (.recovered, false), (.placing, false),
    ])
    func `is gone on with by a restore that places more tablespaces, but for one that is being placed`(
        phase: RestoreJournal.Phase, isGoneOnWith: Bool
    ) {
        var more = identity()
        more.tablespaces["16385"] = "/more"
        let journal = RestoreJournal(identity(), phase: phase)
        #expect(journal.isGoneOnWith(by: more) == isGoneOnWith)
        #expect(journal.isGoneOnWith(by: identity()) == (phase != .scripting))
        var fewer = identity()
        fewer.tablespaces = [:]
        #expect(!journal.isGoneOnWith(by: fewer) && !journal.isGoneOnWith(by: identity("/b/2")))
    }

    @Test func `belongs to one process at a time`() throws {
        let first = try area()
        let error = #expect(throws: RestoreError.self) { try area() }
        #expect(error?.exitStatus == .busy && !first.isResumed)
    }

    @Test func `is not taken from somebody else, nor where others can write`() throws {
        try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: false)
        try write(".db.pg_backctl/theirs")
        #expect(throws: RestoreError.self) { try area() }
        #expect(holds(".db.pg_backctl/theirs"))
        try FileManager.default.removeItem(atPath: "\(staging)/theirs")
        chmod(staging, 0o777)
        let open = #expect(throws: RestoreError.self) { try area() }
        #expect(open?.exitStatus == .unsafeOperation)
        chmod(staging, 0o700)
        #expect(try !area().isResumed)
    }

    @Test(arguments: ["", "/data", "/lock", "/restore.json"])
    func `says what to do about something else under a name of its own`(_ name: String) throws {
        if !name.isEmpty {
            _ = try area()
            try FileManager.default.removeItem(atPath: staging + name)
        }
        switch name {
        case "/lock":
            try FileManager.default.createDirectory(
                atPath: staging + name, withIntermediateDirectories: false)
        case "/restore.json":
            try FileManager.default.createSymbolicLink(
                atPath: staging + name, withDestinationPath: "restore.json")
        default: try write(".db.pg_backctl\(name)")
        }
        let error = try #require(throws: RestoreError.self) { try area() }
        #expect(error.exitStatus == .unsafeOperation && error.message.contains(".db.pg_backctl"), "\(error)")
        #expect(error.hints.contains { $0.contains("move it away") }, "\(error.hints)")
        #expect(!(error.hints + [error.message]).contains { $0.contains("another backup") })
    }

    @Test func `is placed whole, and again after a kill, but never where something else stands`() throws {
        do {
            let area = try area()
            try write(".db.pg_backctl/data/PG_VERSION")
            try FileManager.default.createDirectory(
                atPath: "\(staging)/data/pg_tblspc", withIntermediateDirectories: false)
            try area.enter(.placing)
            try Placement(area).perform()
        }
        #expect(holds("db/PG_VERSION") && holds("space"))
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(target)/pg_tblspc/16384")
        #expect(link == space)
        // Killed before the folders were removed: the same restore only has to do that.
        let again = try area()
        #expect(again.isResumed && again.journal.phase == .placing)
        try Placement(again).perform()
        // Moved away meanwhile, it is not taken for done.
        try FileManager.default.moveItem(atPath: target, toPath: "\(place.path)/elsewhere")
        #expect(throws: RestoreError.self) { try Placement(again).perform() }
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        #expect(throws: RestoreError.self) { try Placement(again).perform() }
    }

    @Test func `puts WAL into its own place, what the data directory held of it included`() throws {
        var identity = identity()
        (identity.tablespaces, identity.wal) = ([:], "\(place.path)/wal")
        let area = try StagingArea(identity, restarts: false, owner: owner) { _ in }
        try FileManager.default.createDirectory(
            atPath: "\(area.data)/pg_wal/archive_status", withIntermediateDirectories: true)
        try write(".db.pg_backctl/data/pg_wal/1")
        try write(".db.pg_backctl/data/pg_wal/archive_status/1.done")
        for _ in 0..<2 { try area.separateWAL() }
        let staged = try FileManager.default.destinationOfSymbolicLink(atPath: "\(area.data)/pg_wal")
        #expect(staged == area.stagedWAL && holds(".wal.pg_backctl/data/archive_status/1.done"))
        try area.enter(.placing)
        for _ in 0..<2 { try area.place() }
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(target)/pg_wal")
        #expect(link == "\(place.path)/wal" && holds("wal/1") && holds("wal/archive_status/1.done"))
        try area.remove()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["db", "wal"])
    }

    /// The folder of the staging that the copy is in.
    private var pristine: String { ".db.pg_backctl/pristine" }

    private func keepCopy(_ area: StagingArea) throws {
        try area.enter(.written)
        let copy = try area.keepPristine(margin: 0, Cancellation(), decided: { _ in }, copied: { _ in })
        if case .leftOut(let reason) = copy { Issue.record("no copy: \(reason)") }
    }

    @Test func `clears a copy that a kill left half made, and knows a whole one`() throws {
        do {
            try area().enter(.written)
            try FileManager.default.createDirectory(
                atPath: "\(place.path)/\(pristine)/data", withIntermediateDirectories: true)
            try write("\(pristine)/data/half")
        }
        #expect(try area().phase == .written && !holds(pristine))
        try keepCopy(area())
        #expect(try area().hasPristine && holds("\(pristine)/data"))
        #expect(holds(".space.pg_backctl/pristine/data"))
        try area().startOver()
        #expect(try area().phase == .streaming && !holds(pristine) && !holds(".space.pg_backctl/pristine"))
    }

    @Test func `is put back whole, whichever part of it a kill had put back`() throws {
        do {
            let first = try area()
            try write(".db.pg_backctl/data/proven")
            try write(".space.pg_backctl/data/proven")
            try keepCopy(first)
            try first.enter(.reverting)
            try write(".space.pg_backctl/data/changed")
            // The data directory was put back, the tablespace not yet.
            try FileManager.default.removeItem(atPath: "\(staging)/data")
            try FileManager.default.moveItem(
                atPath: "\(staging)/pristine/data", toPath: "\(staging)/data")
        }
        // A tablespace that got its place later holds what recovery made.
        var more = identity()
        more.tablespaces["16385"] = "\(place.path)/more"
        let again = try StagingArea(more, restarts: false, owner: owner) { _ in }
        try write(".more.pg_backctl/data/made")
        try again.putBackPristine()
        #expect(holds(".db.pg_backctl/data/proven") && holds(".space.pg_backctl/data/proven"))
        #expect(!holds(".space.pg_backctl/data/changed") && !holds(".more.pg_backctl/data/made"))
        #expect(again.phase == .written && !holds(pristine) && !holds(".space.pg_backctl/pristine"))
    }

    @Test func `that was left is given up, but for its last step and while it is used`() throws {
        let left = LeftRestore(of: target)
        #expect(try left.discard(Cancellation()) == [])
        do {
            let first = try area()
            let busy = #expect(throws: RestoreError.self) { try left.discard(Cancellation()) }
            #expect(busy?.exitStatus == .busy)
            try keepCopy(first)
        }
        let folders = try left.discard(Cancellation())
        #expect(folders == [staging, "\(place.path)/.space.pg_backctl"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
        try area().enter(.placing)
        let refused = #expect(throws: RestoreError.self) { try left.discard(Cancellation()) }
        #expect(refused?.exitStatus == .unsafeOperation && holds(".db.pg_backctl/data"))
    }

    /// A kill in between leaves some of it, and the next start must not take that for all.
    @Test(arguments: [true, false])
    func `is nothing to go on with from the moment when its removal begins`(isForAnother: Bool) async throws {
        var area: StagingArea? = try area()
        for number in 0..<3000 { try write(".space.pg_backctl/data/\(number)") }
        try area?.enter(.written)
        async let watched = onPlainThread { [staging, place] in
            var phases: Set<String> = []
            while let names = try? FileManager.default.contentsOfDirectory(
                atPath: "\(place.path)/.space.pg_backctl/data"), !names.isEmpty
            {
                let text = (try? String(contentsOfFile: "\(staging)/restore.json", encoding: .utf8)) ?? "gone"
                if names.count < 3000 { phases.insert(text.contains("\"written\"") ? "written" : "other") }
            }
            return phases
        }
        try await Task.sleep(for: .milliseconds(50))
        if isForAnother {
            area = nil
            _ = try self.area("/b/2")
        } else {
            try area?.remove()
        }
        #expect(try await !watched.contains("written"))
    }

    @Test func `of nobody this program knows is not given up`() throws {
        try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: false)
        try write(".db.pg_backctl/theirs")
        let refused = #expect(throws: RestoreError.self) {
            try LeftRestore(of: target).discard(Cancellation())
        }
        #expect(refused?.exitStatus == .unsafeOperation && holds(".db.pg_backctl/theirs"))
    }

    @Test func `that lacks only its last step is not thrown away for another restore`() throws {
        try area().enter(.placing)
        let error = #expect(throws: RestoreError.self) { try area("/b/2") }
        #expect(error?.exitStatus == .unsafeOperation && holds(".db.pg_backctl/data"))
    }

    @Test func `goes with all that is in it, and nothing else`() throws {
        try write("neighbour")
        let area = try area()
        _ = try area.scratch("server")
        try area.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["neighbour"])
    }
}
