// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite("the parent of a target")
struct FolderRightsTests {
    private static let owner = ServerOwner(user: 70, group: 71, name: "postgres")

    @Test(
        arguments: [
            (0, 0, 0o755, nil), (0, 0, 0o775, nil), (70, 71, 0o775, nil), (1000, 1000, 0o775, nil),
            (70, 1000, 0o770, nil), (0, 500, 0o755, nil), (0, 500, 0o1777, nil), (0, 500, 0o1775, nil),
            (0, 0, 0o777, "everybody"), (70, 71, 0o757, "everybody"), (0, 500, 0o775, "group 500"),
            (0, 500, 0o2775, "group 500"), (500, 0, 0o700, "user 500, whose it is,"),
            (500, 0, 0o1777, "user 500, whose it is,"),
        ] as [(UInt32, UInt32, UInt32, String?)])
    func `is one in which nobody else can rename`(
        user: UInt32, group: UInt32, mode: UInt32, stranger: String?
    ) {
        let trusted = FolderRights.Trusted(Self.owner, runner: 1000, group: 1000)
        #expect(FolderRights(owner: user, group: group, mode: mode).stranger(to: trusted) == stranger)
    }

    @Test func `that everybody can write to is refused, for the target and for tablespaces`() throws {
        let directory = try OwnedDirectory()
        let parent = "\(directory.path)/open"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: false)
        let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
        let destination = DestinationDirectory(path: "\(parent)/db", role: "the target", owner: owner)
        try destination.check()
        chmod(parent, 0o777)
        let error = #expect(throws: RestoreError.self) { try destination.check() }
        #expect(error?.exitStatus == .unsafeOperation)
        #expect(error?.message.contains("everybody can rename what is in '\(parent)'") == true)
        chmod(parent, 0o1777)
        try destination.check()
    }
}
