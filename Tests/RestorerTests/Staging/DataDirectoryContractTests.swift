// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite("the target that becomes a data directory")
struct DataDirectoryContractTests {
    @Test(arguments: RestoreTargetContract.Case.allCases, [false, true])
    func `keeps the promises of a target, with its WAL in it or elsewhere`(
        _ promise: RestoreTargetContract.Case, hasWALElsewhere: Bool
    ) throws {
        let place = try OwnedDirectory()
        let target = "\(place.path)/db"
        func area(_ backup: String, _ restarts: Bool, request: String = "r") throws -> StagingArea {
            try StagingArea(
                RestoreJournal.Identity(
                    backup: backup, objects: "o", target: target, tablespaces: [:], request: request,
                    wal: hasWALElsewhere ? "\(place.path)/wal" : nil, files: "f"),
                restarts: restarts, owner: ServerOwner(user: geteuid(), group: getegid(), name: nil)
            ) { _ in }
        }
        try RestoreTargetContract.check(
            promise,
            in: TargetWorld(
                open: { try area($0, $1) }, aimElsewhere: { try area("one", false, request: "other") },
                placed: {
                    guard FileManager.default.fileExists(atPath: target) else { return nil }
                    let names = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
                    #expect(names.contains("theirs") || names.contains("pg_wal") == hasWALElsewhere)
                    return names.filter { $0 != "pg_wal" }
                },
                occupy: {
                    try FileManager.default.createDirectory(
                        atPath: "\(target)/theirs", withIntermediateDirectories: true)
                },
                surroundings: {
                    try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
                }))
    }
}
