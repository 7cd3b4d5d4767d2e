// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

/// Two targets, and one place that both were told to put a tablespace at.
@Suite("a tablespace's place that two restores want")
struct SharedTablespaceTests {
    private let place: OwnedDirectory
    private var staging: String { "\(place.path)/.space.pg_backctl" }

    init() throws {
        place = try OwnedDirectory()
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: "\(place.path)/\(name)", withIntermediateDirectories: false)
        }
    }

    private func area(_ name: String, restarts: Bool = false, backup: String = "/b") throws -> StagingArea {
        let identity = RestoreJournal.Identity(
            backup: backup, objects: "o", target: "\(place.path)/\(name)/db",
            tablespaces: ["16384": "\(place.path)/space"], request: "r", files: "f")
        return try StagingArea(
            identity, restarts: restarts,
            owner: ServerOwner(user: geteuid(), group: getegid(), name: nil)
        ) { _ in }
    }

    private func refusal(_ body: () throws -> StagingArea) -> RestoreError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? RestoreError }
    }

    private func write(_ name: String) throws {
        try Data("x".utf8).write(to: URL(filePath: "\(staging)/data/\(name)"))
    }

    private func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(staging)/data/\(name)")
    }

    @Test func `is busy while the first one works there`() throws {
        let first = try area("a")
        #expect(refusal { try area("b") }?.exitStatus == .busy)
        #expect(refusal { try area("b") }?.exitStatus == .busy)
        try first.remove()
        #expect(try area("b").tablespaceFolders.count == 1)
    }

    @Test func `is in the way of the second when the first was killed`() throws {
        _ = try area("a")
        try write("kept")
        for restarts in [false, true] {
            #expect(refusal { try area("b", restarts: restarts) }?.exitStatus == .unsafeOperation)
        }
        #expect(holds("kept"))
        #expect(try area("a").isResumed && holds("kept"))
    }

    @Test func `is not taken back by the first from the second`() throws {
        _ = try area("a")
        try FileManager.default.moveItem(atPath: staging, toPath: "\(place.path)/elsewhere")
        do {
            let second = try area("b")
            try write("kept")
            #expect(refusal { try area("a") }?.exitStatus == .busy)
            #expect(refusal { try area("a", restarts: true) }?.exitStatus == .busy)
            #expect(!second.isResumed && holds("kept"))
        }
        #expect(refusal { try area("a") }?.exitStatus == .unsafeOperation)
        #expect(refusal { try area("a", restarts: true) }?.exitStatus == .unsafeOperation)
        #expect(refusal { try area("a", backup: "/c") }?.exitStatus == .unsafeOperation)
        #expect(holds("kept"))
        #expect(try area("b").isResumed)
    }

    @Test func `is free again when a restore has ended, and after each kill on the way to that`() throws {
        try area("a").remove()
        #expect(!FileManager.default.fileExists(atPath: staging))
        // Killed after the folder was made, and after it was emptied.
        for left in [[], ["lock"]] {
            _ = try area("a")
            try FileManager.default.removeItem(atPath: staging)
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: false)
            for name in left { try Data().write(to: URL(filePath: "\(staging)/\(name)")) }
            try #require(try area("a").isResumed)
            try area("a", restarts: true).remove()
        }
    }

    @Test func `is not believed to be ours without a mark`() throws {
        _ = try area("a")
        try FileManager.default.removeItem(atPath: "\(staging)/target")
        #expect(refusal { try area("a") }?.exitStatus == .unsafeOperation)
    }
}
