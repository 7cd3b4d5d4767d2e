// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestKit
import Testing

@testable import Restorer

@Suite struct `A child process` {
    private static func run(_ words: [String]) async throws -> (ChildProcess.Ending?, String) {
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
