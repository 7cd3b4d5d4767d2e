// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Service
import TestKit
import Testing

@Suite struct CommandChannelTests {
    private let message = Message(.damaged, at: night)

    private func script(_ lines: String, in place: TemporaryDirectory) throws -> String {
        let path = try place.write(Array("#!/bin/sh\n\(lines)\n".utf8), to: "page")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// Delivers from a thread of its own, as the service does.
    private func deliver(
        _ words: [String], seconds: Double = 20, cancellation: Cancellation = Cancellation()
    ) async throws -> DeliveryError? {
        let message = message
        return try await failure { () throws(DeliveryError) in
            try CommandChannel(
                name: "c", occasions: [], words: words, seconds: seconds, cancellation: cancellation
            ).deliver(message)
        }
    }

    @Test func `the program gets its words, the document, and nothing of our environment`() async throws {
        try await TemporaryDirectory.with { place in
            let out = place.path("out")
            let path = try script(
                #"printf '%s|' "$@" > "$1"; cat >> "$1"; env | cut -d= -f1 | sort >> "$1""#, in: place)
            let word = "$(touch \(place.path("owned"))); `id`"
            #expect(try await deliver([path, out, word]) == nil)
            let said = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n")
            #expect(said[0].hasPrefix("\(out)|\(word)|{\"id\":"))
            #expect(said[0].hasSuffix("}"))
            // A shell makes PWD, and bash two more.
            #expect(
                Set(said.dropFirst()).subtracting(["PWD", "SHLVL", "_", "OLDPWD"]) == ["PATH", "LC_ALL"])
            #expect(!FileManager.default.fileExists(atPath: place.path("owned")))
        }
    }

    @Test func `one that hangs is ended with all that it started`() async throws {
        try await TemporaryDirectory.with { place in
            let path = try script(
                "trap '' TERM; sleep 300 & echo $! > '\(place.path("pid"))'; wait; sleep 300", in: place)
            let clock = ContinuousClock()
            let start = clock.now
            let error = try await deliver([path], seconds: 0.5)
            #expect(error?.message == "'\(path)' took more than 500 ms and was ended")
            // It would sleep for ten minutes.
            #expect(clock.now - start < .seconds(200))
            let child = try String(contentsOfFile: place.path("pid"), encoding: .utf8)
            let identifier = try #require(Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(await isGone(identifier))
        }
    }

    @Test func `one that runs is ended when we are asked to stop`() async throws {
        let cancellation = Cancellation()
        cancellation.request()
        let error = try await deliver(["/bin/sleep", "300"], seconds: 300, cancellation: cancellation)
        #expect(error?.message == "'/bin/sleep' was ended, as we are")
    }

    private func isGone(_ identifier: Int32) async -> Bool {
        for _ in 0..<100 {
            let state = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)
            // Nobody may have waited for it yet.
            if state?.contains(") Z ") ?? true { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test func `one that fails, is killed or is not there is an error`() async throws {
        try await TemporaryDirectory.with { place in
            let path = try script("exit $1", in: place)
            #expect(try await deliver([path, "3"])?.message == "'\(path)' ended with status 3")
            let killed = try script("kill -9 $$", in: place)
            #expect(try await deliver([killed])?.message == "'\(killed)' was ended by signal 9")
            #expect(try await deliver(["/nowhere"])?.message == "'/nowhere' could not be started")
            #expect(try await deliver(["page"])?.message == "the program is not named by its full path")
            #expect(try await deliver([])?.message == "the program is not named by its full path")
        }
    }

    @Test func `one that reads nothing does no harm`() async throws {
        #expect(try await deliver(["/bin/true"]) == nil)
    }
}
