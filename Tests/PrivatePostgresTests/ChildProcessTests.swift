// SPDX-License-Identifier: Apache-2.0
import Files
import Foundation
import Glibc
import TestKit
import Testing

@testable import PrivatePostgres

@Suite struct `A child process` {
    private static func run(_ words: [String]) async throws -> (ProgramEnding?, String) {
        try await onPlainThread { Programs.output(words) }
    }

    @Test func `says how it ended and what it printed`() async throws {
        #expect(try await Self.run(["/bin/echo", "a b"]) == (.exited(0), "a b\n"))
        #expect(try await Self.run(["/bin/false"]) == (.exited(1), ""))
        #expect(try await Self.run(["/usr/bin/env"]) == (.exited(0), "LC_ALL=C\n"))
        guard case (.notStarted, _) = try await Self.run(["/nonexistent/program"]) else {
            Issue.record("it cannot have run")
            return
        }
    }

    @Test func `is waited for only as long as one wants, and gets signals`() async throws {
        try await TemporaryDirectory.with { place in
            let (early, ending) = try await onPlainThread {
                let output = try OutputTail(place.path("output"))
                let process = ChildProcess(.init(words: ["/bin/sleep", "600"], output: output.descriptor))
                var looks = 0
                let early = process.wait {
                    looks += 1
                    return looks < 3
                }
                process.signal(SIGTERM)
                let ending = process.wait()
                process.signal(SIGTERM)
                return (early, ending)
            }
            #expect(early == nil && ending == .signalled(SIGTERM))
        }
    }

    @Test func `cannot fill the disk with what it prints, and its last line is heard`() async throws {
        try await TemporaryDirectory.with { place in
            let path = place.path("output")
            var output = try OutputTail(path)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? file.close() }
            let long = Data((String(repeating: "long ", count: 200_000) + "\n\u{1B}[2J\n").utf8)
            var lines: Set<String> = []
            // For a while nobody reads.
            for _ in 0..<70 { try file.write(contentsOf: long) }
            output.read { lines.insert($0) }
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_size == 0)
            try file.seekToEnd()
            try file.write(contentsOf: long)
            try file.write(contentsOf: Data("the end".utf8))
            output.finish { lines.insert($0) }
            #expect(lines == [String(repeating: "long ", count: 400), "\u{FFFD}[2J", "the end"])
        }
    }

    @Test func `of the owner has no power, and no network where that can be`() async throws {
        let (launcher, status, devices) = try await onPlainThread {
            let launcher = try Launcher(for: ServerOwner.find(nil), search: [])
            let status = Programs.output(launcher.words("/bin/cat", ["/proc/self/status"])).text
            let devices = Programs.output(launcher.words("/bin/cat", ["/proc/net/dev"], isolated: true)).text
            return (launcher, status, devices)
        }
        func value(_ name: String) -> [Substring] {
            status.split(separator: "\n").first { $0.hasPrefix("\(name):") }?.split(separator: "\t")
                .dropFirst()
                .flatMap { $0.split(separator: " ") } ?? []
        }
        #expect(value("Uid").allSatisfy { $0 == "\(launcher.owner.user)" } && value("Uid").count == 4)
        #expect(value("CapEff") == ["0000000000000000"])
        if launcher.identity.contains("--no-new-privs") {
            #expect(
                value("NoNewPrivs") == ["1"] && value("Groups") == [] && value("CapBnd") == value("CapEff"))
        }
        #expect(devices.contains("lo:"))
        if !launcher.isolation.isEmpty { #expect(devices.split(separator: "\n").count == 3, "\(devices)") }
    }

    @Test func `is told apart from others by its status`() throws {
        let fields = "S 7 7 7 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 1 0 987 0 0"
        let status = try #require(ProcessStatus(5, line: "5 (a) b (c) \(fields)"))
        #expect(
            status.name == "a) b (c" && status.parent == 7 && status.cpuTime == 42 && status.startTime == 987)
        #expect(ProcessStatus(5, line: "5 (a) Z" + fields.dropFirst()) == nil)
        #expect(ProcessStatus(5, line: "5 (a) S 7") == nil)
        #expect(ProcessStatus(5, line: "") == nil && ProcessStatus(5, line: "5 )(") == nil)
        #expect(ProcessStatus(getpid())?.isRunning() == true)
    }
}
