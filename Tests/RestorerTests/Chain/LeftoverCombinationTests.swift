// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import TestKit
import Testing

@testable import PrivatePostgres
@testable import Restorer

@Suite("a pg_combinebackup that outlived its restore")
struct LeftoverCombinationTests {
    /// A chain of one, put together by a program that says that it runs and then does nothing for long.
    private static func start(in place: TemporaryDirectory, _ name: String) throws -> Combination {
        try place.write(
            Array("#!/bin/sh\ntouch \"$PWD/started\"\nwhile :; do sleep 0.1; done\n".utf8),
            to: "bin/pg_combinebackup")
        chmod(place.path("bin/pg_combinebackup"), 0o755)
        for folder in ["\(name)/part", "\(name)/data", "\(name)/scratch"] { try place.makeDirectory(folder) }
        let chain = BackupChain(
            links: [.init(data: place.path("\(name)/part"), tablespaces: [:])],
            host: ThisMachine(
                PostgresBinaries(directory: place.path("bin"), major: 17),
                try Launcher(for: ServerOwner(user: geteuid(), group: getegid(), name: nil), search: [])),
            writable: [])
        let combination = Combination()
        Thread.detachNewThread {
            combination.run(chain, into: place.path("\(name)/data"), place.path("\(name)/scratch"))
        }
        for _ in 0..<3000 where !FileManager.default.fileExists(atPath: place.path("\(name)/data/started")) {
            usleep(20_000)
        }
        return combination
    }

    /// One that a thread waits for.
    private final class Combination: Sendable {
        let cancellation = Cancellation()
        private let done = DispatchSemaphore(value: 0)

        func run(_ chain: BackupChain, into data: String, _ scratch: String) {
            try? chain.combine(
                into: .init(data: data, tablespaces: [:]), scratch: scratch, cancellation: cancellation)
            done.signal()
        }

        func hasEnded(within seconds: Double) -> Bool {
            let isOver = done.wait(timeout: .now() + seconds) == .success
            if isOver { done.signal() }
            return isOver
        }
    }

    @Test func `is ended, and no other that is at work elsewhere`() async throws {
        try await TemporaryDirectory.with { place in
            try await onPlainThread {
                let (one, other) = (try Self.start(in: place, "one"), try Self.start(in: place, "other"))
                defer {
                    for combination in [one, other] {
                        combination.cancellation.request()
                        _ = combination.hasEnded(within: 10)
                    }
                }
                try LeftoverProgram.stop(.combineBackup, in: place.path("one/data"))
                #expect(one.hasEnded(within: 10) && !other.hasEnded(within: 0.2))
                try LeftoverProgram.stop(.combineBackup, in: place.path("one/data"))
                try LeftoverProgram.stop(.combineBackup, in: place.path("nowhere"))
            }
        }
    }

    @Test func `is not what merely stands in its directory`() async throws {
        try await TemporaryDirectory.with { place in
            let output = try OutputTail(place.path("output"))
            let descriptor = output.descriptor
            try await onPlainThread {
                let process = ChildProcess(
                    .init(words: ["/bin/sleep", "600"], directory: place.path, output: descriptor))
                defer {
                    process.signal(SIGKILL)
                    _ = process.wait()
                }
                try LeftoverProgram.stop(.combineBackup, in: place.path)
                #expect(process.ending == nil)
            }
        }
    }
}
