// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("a sweep that is killed", .serialized)
struct KilledSweepTests {
    private static let strace = "/usr/bin/strace"

    /// Of what one machine may do to a sweep at any moment, nothing is worse than this.
    @Test(.timeLimit(.minutes(5)))
    func `repeats at most a chunk of each reading of what it had hashed`() async throws {
        try await LargeObject.with { large in
            // Slow enough that there are moments to choose from.
            let world = try SweepWorld("location: \(large.store), rate: 200M", "checksummed: 1h", jobs: 2)
            #expect(try await world.sweep().status == 0)
            var read: UInt64 = 0
            let kills = 6
            for part in 1...kills {
                let wanted = LargeObject.size / UInt64(kills + 2)
                // The first one also reads what is small; a later one goes on where the one before was.
                let (ending, bytes) = try await world.sweep(killedAfter: wanted + UInt64(part))
                #expect(ending == .signaled(SIGKILL))
                #expect(bytes > wanted / 2, "\(bytes)")
                read += bytes
            }
            let last = try await world.swept()
            #expect(last.exitStatus == 0 && last.stores[0].work.map(\.verdict) == ["verified"])
            read += last.stores[0].bytesRead
            let repeated = read - LargeObject.size
            // Two jobs read two parts of an object each; besides there is what was read of the history, and in buffers.
            #expect(repeated < UInt64(kills) * (4 * LargeObject.chunk + 4 << 20), "\(repeated)")
            print("six kills of a sweep: \(repeated / UInt64(kills)) bytes read again for each")
            #expect(try world.query("SELECT count(*) FROM progress") == ["0"])
        }
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"),
        .timeLimit(.minutes(10)))
    func `before any call that writes leaves a history that the next one goes on with`() async throws {
        let tree = try FileTree()
        for day in 10..<13 { try BackupSet.tar("202510\(day)T143000").write(to: tree) }
        var points = 0
        for call in ["write", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "openat", "renameat"] {
            for count in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144] {
                let world = try SweepWorld("location: \(tree.path)", "checksummed: 1h", jobs: 2)
                let killed = try await world.sweep(
                    under: [
                        Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                        "inject=\(call):signal=KILL:when=\(count)",
                    ])
                guard killed.status != 0 else { break }
                points += 1
                if world.hasHistory { #expect(try world.query("PRAGMA integrity_check") == ["ok"]) }
                let next = try await world.swept()
                #expect(next.exitStatus == 0, "\(call) \(count)")
                #expect(try world.query("SELECT count(*) FROM progress") == ["0"])
                #expect(try world.query("SELECT count(*) FROM lock") == ["0"])
                #expect(try await world.status() == 0, "\(call) \(count)")
            }
        }
        print("a sweep killed before a call: \(points) points")
        #expect(points >= 30)
    }
}
