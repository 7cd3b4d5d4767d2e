// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Diagnostics
import Foundation
import Inspection
import Testing

@testable import Restorer

/// The cases of `RestoreTargetContract`, written against nothing but the protocol.
extension TargetWorld {
    func beginsEmpty() throws {
        let target = try open("one", false)
        #expect(!target.isResumed && target.phase == .streaming && !target.hasServer)
        #expect(try Self.files(target) == [])
        #expect(try placed() == nil)
    }

    func goesOn() throws {
        for phase in [RestoreJournal.Phase.streaming, .written, .recovering] {
            try Self.write("\(phase)", to: open("one", false))
            try open("one", false).enter(phase)
            let again = try open("one", false)
            #expect(again.isResumed && again.phase == phase)
            #expect(try Self.files(again).contains("\(phase)"))
        }
    }

    func startsOver(_ reopen: (TargetWorld) throws -> any RestoreTarget) throws {
        do {
            let target = try open("one", false)
            try Self.write("kept", to: target)
            try target.enter(.written)
        }
        let again = try reopen(self)
        #expect(!again.isResumed && again.phase == .streaming)
        #expect(try Self.files(again) == [])
    }

    func startsOverAfterScripts() throws {
        do {
            let target = try open("one", false)
            try Self.write("kept", to: target)
            try target.enter(.scripting)
        }
        let again = try open("one", false)
        #expect(!again.isResumed && again.phase == .streaming)
        #expect(try Self.files(again) == [])
    }

    func isTakenOnce() throws {
        let target = try open("one", false)
        try Self.write("kept", to: target)
        for (backup, restarts) in [("one", false), ("one", true), ("other", false)] {
            let error = #expect(throws: RestoreError.self) { _ = try open(backup, restarts) }
            #expect(error?.exitStatus == .busy, "\(backup)")
        }
        #expect(try Self.files(target) == ["kept"])
    }

    func leavesPlaceAlone() throws {
        let target = try open("one", false)
        try Self.write("PG_VERSION", to: target)
        let phases: [RestoreJournal.Phase] = [
            .streaming, .written, .recovering, .scripting, .recovered, .placing,
        ]
        for phase in phases {
            try target.enter(phase)
            #expect(try placed() == nil, "\(phase)")
        }
        try target.remove()
        #expect(try placed() == nil)
    }

    func placesWhole() throws {
        do {
            let target = try open("one", false)
            try Self.write("PG_VERSION", to: target)
            try target.sync()
            try target.enter(.placing)
            try target.place()
            #expect(try placed() == ["PG_VERSION"])
            try target.place()
        }
        // Killed before it was removed: the same restore only has to do that.
        let again = try open("one", false)
        #expect(again.isResumed && again.phase == .placing)
        try again.place()
        try again.remove()
        #expect(try placed() == ["PG_VERSION"])
    }

    func keepsUnplaced() throws {
        do {
            let target = try open("one", false)
            try Self.write("PG_VERSION", to: target)
            try target.enter(.placing)
        }
        let error = #expect(throws: RestoreError.self) { _ = try open("other", false) }
        #expect(error?.exitStatus == .unsafeOperation)
        let again = try open("one", false)
        #expect(again.isResumed && again.phase == .placing)
        #expect(try Self.files(again) == ["PG_VERSION"])
    }

    func replacesNothing() throws {
        let target = try open("one", false)
        try Self.write("PG_VERSION", to: target)
        try target.enter(.placing)
        try occupy()
        let before = try placed()
        let error = #expect(throws: RestoreError.self) { try target.place() }
        #expect(error?.exitStatus == .unsafeOperation)
        #expect(try placed() == before && Self.files(target) == ["PG_VERSION"])
    }

    func keepsFolders() throws {
        let target = try open("one", false)
        for make in [target.scratch, target.part] {
            let folder = try make("folder")
            try Data().write(to: URL(filePath: "\(folder)/left"))
        }
        #expect(try Self.names(target.part("folder")) == ["left"])
        #expect(try Self.names(target.scratch("folder")) == [])
        for _ in 0..<2 { try target.discard("folder") }
        #expect(try Self.files(target) == [])
    }

    func emptiesData() throws {
        let target = try open("one", false)
        try Self.write("kept", to: target)
        try target.emptyData()
        #expect(try Self.files(target) == [])
        try Self.write("kept", to: target)
        try target.enter(.recovering)
        try target.startOver()
        #expect(try Self.files(target) == [] && target.phase == .streaming)
    }

    func removesAll() throws {
        let before = try surroundings()
        let target = try open("one", false)
        try Self.write("PG_VERSION", to: target)
        _ = try (target.scratch("server"), target.part("chain-0"))
        for _ in 0..<2 { try target.remove() }
        #expect(try surroundings() == before)
    }

    // MARK: Files

    /// Writes one small file of a backup's, as a reading would.
    static func write(_ name: String, to target: any RestoreTarget) throws {
        let output = try target.output(keeping: nil)
        let keeper = output.keeper(of: "base.tar")
        keeper.begin(ObjectName(name), .whole(ObjectName(name), size: 1))
        keeper.receive([UInt8](repeating: 0x31, count: 1).span.bytes)
        keeper.end()
        if let failure = output.failure { throw failure }
    }

    /// Without the link to WAL that lies elsewhere.
    static func files(_ target: any RestoreTarget) throws -> [String] {
        try names(target.data).filter { $0 != "pg_wal" || target.stagedWAL == nil }
    }

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
