// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import TestKit
import Testing

@testable import PrivatePostgres

@Suite("a folder that belongs to the server's owner")
struct OwnedFolderTests {
    private let place: OwnedDirectory
    private let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)

    init() throws { place = try OwnedDirectory() }

    private func path(_ name: String) -> String { "\(place.path)/\(name)" }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    private static func error(
        _ body: () throws(PrivatePostgresError) -> Void
    ) -> PrivatePostgresError? {
        do throws(PrivatePostgresError) { try body() } catch { return error }
        return nil
    }

    @Test func `tells a file that is not there from one that cannot be read`() throws {
        let folder = try OwnedFolder(place.path, owner: owner)
        let (bytes, isThere) = (try folder.read("none"), try folder.holds("none"))
        #expect(bytes == nil && !isThere)
        try link("loop", to: "loop")
        try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: false)
        try Data([1, 2, 3]).write(to: URL(filePath: path("three")))
        for name in ["loop", "folder", "three/x", String(repeating: "x", count: 300)] {
            let error = Self.error { () throws(PrivatePostgresError) in _ = try folder.read(name) }
            #expect(error != nil, "\(name)")
        }
        let large = Self.error { () throws(PrivatePostgresError) in _ = try folder.read("three", limit: 2) }
        let long = Self.error { () throws(PrivatePostgresError) in
            _ = try folder.holds(String(repeating: "x", count: 300))
        }
        #expect(large?.exitStatus == .restoreFailed && long?.exitStatus == .restoreFailed)
    }

    /// What scripts set is read from the new file: where that fails, the original must not be all that is left.
    @Test func `does not lose settings that cannot be read`() throws {
        let folder = try OwnedFolder(place.path, owner: owner)
        try Data("a = 1\n".utf8).write(to: URL(filePath: path(KeptSettings.kept)))
        try link(KeptSettings.file, to: KeptSettings.file)
        let error = Self.error { () throws(PrivatePostgresError) in
            try KeptSettings.putBack(in: folder, keepingNew: true)
        }
        #expect(error?.exitStatus == .unsafeOperation)
        #expect(FileManager.default.contents(atPath: path(KeptSettings.kept)) == Data("a = 1\n".utf8))
    }

    @Test func `that cannot be looked at is not taken for one without a server`() throws {
        try link("loop", to: "loop")
        #expect(ServerPresence.of(path("loop")) == .unreadable)
        #expect(ServerPresence.of(path("none")) == .none)
    }

    @Test func `leaves no script open where psql cannot be started`() throws {
        let script = path("one.sql")
        try Data("SELECT 1".utf8).write(to: URL(filePath: script))
        let scratch = path("scratch")
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
        let server = ServerConnection(
            socketDirectory: scratch, scratch: scratch,
            host: ThisMachine(
                PostgresBinaries(directory: "/nonexistent", major: 15), try Launcher(for: owner, search: [])))
        let client = try PostgresClient(server, user: "u", database: "d", password: nil)
        try FileManager.default.removeItem(atPath: scratch)
        let error = Self.error { () throws(PrivatePostgresError) in
            _ = try client.run(script: "one.sql", in: place.path, cancellation: Cancellation())
        }
        #expect(error != nil && Self.descriptors(of: script) == 0)
    }

    private static func descriptors(of path: String) -> Int {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path
        }.count
    }
}
