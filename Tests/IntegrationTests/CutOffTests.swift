// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("a run that was cut off", .serialized)
struct CutOffTests {
    /// In how many ways a run ends early.
    static let signals: [Signal] = [.kill, .interrupt]

    @Test(Requires.nginx, arguments: signals)
    func `goes on inside the object, on a first and on a later verification`(signal: Signal) async throws {
        try await LargeObject.with { large in
            try await NginxServer.with(serving: large.directory.path, bucket: LargeObject.bucket) { nginx in
                let trial = Trial(binary: try Binary(), nginx: nginx, signal: signal)
                try await trial.interruptFirstReading()
                try await trial.finishFirstReading()
                try await trial.interruptProof()
                try await trial.finishProof()
            }
        }
    }

    struct Trial {
        let binary: Binary
        let nginx: NginxServer
        let signal: Signal

        private var words: [String] {
            [
                "verify", "s3://\(LargeObject.bucket)", "--level", "checksummed", "-e", nginx.endpoint,
                "--no-sign-request", "--json",
                "--jobs", "2",
            ]
        }

        func interruptFirstReading() async throws {
            try await interrupt(when: "SELECT 1 FROM progress_states WHERE first >= 4")
        }

        /// The read starts where a state was kept, and only what is left is read.
        func finishFirstReading() async throws {
            let kept = try binary.query("SELECT sum(length(states)) / 32 FROM progress_states")
            let chunks = try #require(kept.first.flatMap { UInt64($0) })
            let object = try await finish()
            let start = chunks * LargeObject.chunk
            #expect(chunks >= 5)
            #expect(try readsOfLastRun().map(\.lowerBound) == [start])
            #expect(object.bytesResumed == start)
            #expect(object.bytesRead == LargeObject.size - start)
        }

        func interruptProof() async throws {
            try await interrupt(
                when: "SELECT 1 FROM progress_chunks GROUP BY progress_id HAVING sum(past_last - first) >= 8")
        }

        /// No chunk that was kept as proven is asked for again, and every other one is.
        func finishProof() async throws {
            let rows = try binary.query("SELECT first, past_last FROM progress_chunks")
            var proven = Set<UInt64>()
            for row in rows {
                let ends = row.split(separator: "|").compactMap { UInt64($0) }
                try #require(ends.count == 2)
                proven.formUnion(ends[0]..<ends[1])
            }
            let object = try await finish()
            let last = (LargeObject.size - 1) / LargeObject.chunk
            var asked = Set<UInt64>()
            for range in try readsOfLastRun() {
                #expect(range.lowerBound % LargeObject.chunk == 0)
                asked.formUnion(range.lowerBound / LargeObject.chunk...range.upperBound / LargeObject.chunk)
            }
            #expect(proven.count >= 8)
            #expect(asked == Set(0...last).subtracting(proven))
            #expect(object.bytesResumed > 0 && object.bytesResumed + object.bytesRead == LargeObject.size)
        }

        /// Verifies slowly and ends the program when the history has the row.
        private func interrupt(when row: String) async throws {
            let run = try await binary.run(words + ["--limit-rate", "8M"]) { running in
                try await running.send(signal, once: { binary.hasRow(row) })
            }
            if signal == .kill {
                #expect(run.ending == .signaled(SIGKILL))
            } else {
                #expect(run.status == 130, "\(run)")
                #expect(try run.verification().isInterrupted)
            }
        }

        private func finish() async throws -> VerificationDocument.Object {
            let run = try await binary.run(words)
            #expect(run.status == 0, "\(run)")
            #expect(try binary.query("SELECT * FROM lock").isEmpty)
            #expect(try binary.query("SELECT * FROM progress").isEmpty)
            return try #require(run.verification().backups.first?.object("base.tar"))
        }

        /// What the last run asked of base.tar; each run begins with a listing.
        ///
        /// nginx logs a request when it ends, and those of a run that was cut off end with it.
        private func readsOfLastRun() throws -> [ClosedRange<UInt64>] {
            let requests = try nginx.requests()
            let listing = try #require(requests.lastIndex { $0.contains("list-type=2") })
            let reads = requests[listing...].filter { $0.hasPrefix("GET ") && $0.contains("base.tar ") }
            return try reads.map { line in
                guard let match = line.firstMatch(of: /bytes=(\d+)-(\d+)$/),
                    let start = UInt64(match.1), let end = UInt64(match.2)
                else { return 0...LargeObject.size - 1 }
                try #require(start <= end)
                return start...end
            }
        }
    }
}
