// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Glibc
import PrivatePostgres
import TestKit
import Testing

@testable import Operations

@Suite("the folder of a trial")
struct TrialFolderTests {
    @Test func `is known by a name that carries its own sum`() throws {
        let name = TrialFolderName(0x0123_4567_89ab_cdef).text
        #expect(name.hasPrefix("pg_backctl-trial-0123456789abcdef-"))
        #expect(TrialFolderName(bytes: Array(name.utf8))?.text == name)
        for other in [
            "pg_backctl-trial-0123456789abcdef-00000000", "pg_backctl-trial-mine", String(name.dropLast()),
            name + "0",
            name.uppercased(), "",
        ] { #expect(TrialFolderName(bytes: Array(other.utf8)) == nil, "\(other)") }
    }

    @Test func `is found in a path, through links as well`() async throws {
        try await TemporaryDirectory.with { directory in
            let name = TrialFolderName().text
            let folder = try directory.makeDirectory(name)
            let link = directory.path("link")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
            for inner in [folder, "\(folder)/a", "\(link)/a", "\(link)/a/b"] {
                #expect(TrialFolderName.isPart(of: inner), "\(inner)")
            }
            for outer in [
                directory.path, directory.path("a"), "/", "/no/such/place",
                directory.path("pg_backctl-trial-1"),
            ] {
                #expect(!TrialFolderName.isPart(of: outer), "\(outer)")
            }
        }
    }

    @Test
    func `is refused where the server's owner cannot come to it`() async throws {
        try await TemporaryDirectory.with { directory in
            let closed = try directory.makeDirectory("closed")
            let folder = try directory.makeDirectory("closed/trials")
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: closed)
            let stranger = ServerOwner(user: 65_534, group: 65_534, name: "nobody")
            let refusal = #expect(throws: OperationError.self) {
                try TrialPassage(to: folder, for: stranger).require()
            }
            #expect(refusal?.exitStatus == .unsafeOperation)
            try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: closed)
            try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: directory.path)
            try TrialPassage(to: folder, for: stranger).require()
        }
    }

    @Test
    func `is refused where everybody could put another one in its place`() async throws {
        try await TemporaryDirectory.with { directory in
            let folder = try directory.makeDirectory("trials")
            let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
            for (mode, isRefused) in [(0o777, true), (0o1777, false), (0o755, false)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
                let passage = TrialPassage(to: folder, for: owner)
                var error: OperationError?
                do throws(OperationError) { try passage.require() } catch let refusal { error = refusal }
                #expect((error != nil) == isRefused, "\(String(mode, radix: 8))")
            }
        }
    }

    @Test
    func `is refused, and not waited for without end, where somebody else holds the one for all`()
        async throws
    {
        try await TemporaryDirectory.with { directory in
            let holder = open(directory.path, O_RDONLY | O_DIRECTORY)
            defer { close(holder) }
            #expect(flock(holder, LOCK_EX | LOCK_NB) == 0)
            let refusal = #expect(throws: OperationError.self) {
                _ = try TrialScratch.make(in: directory.path)
            }
            #expect(refusal?.message.contains("locked") == true)
            #expect(TrialScratch.left(in: directory.path).isEmpty)
        }
    }

    @Test func `says until when it is kept, or that nobody can tell`() async throws {
        try await TemporaryDirectory.with { directory in
            let now = Timestamp(seconds: 1000)
            let scratch = try TrialScratch.make(in: directory.path)
            #expect(scratch.keeping(at: now) == .over)
            try scratch.keep(until: Timestamp(seconds: 1001))
            #expect(scratch.keeping(at: now) == .until(Timestamp(seconds: 1001)))
            #expect(scratch.keeping(at: Timestamp(seconds: 1001)) == .over)
            try Data("{".utf8).write(to: URL(filePath: "\(scratch.path)/trial.json"))
            #expect(scratch.keeping(at: now) == .unknown)
            try FileManager.default.removeItem(atPath: "\(scratch.path)/trial.json")
            #expect(scratch.keeping(at: now) == .over)
        }
    }
}
