// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct ForecastTests {
    private let gigabyte: UInt64 = 1_000_000_000

    /// A machine that reads 100 MB/s, replays 50 MB/s and takes 3 s for the rest.
    private func regular(_ id: Int64, bytes: UInt64, wal: UInt64?) -> TrialLine {
        let (reading, recovering) = (Double(bytes) / 1e8, Double(wal ?? 0) / 5e7)
        return trial(
            id, answer: reading + recovering + 3,
            phases: [
                RestorePhase(.download, seconds: 4 * reading, bytes: bytes),
                RestorePhase(.stream, seconds: reading, bytes: bytes),
                RestorePhase(.recover, seconds: recovering, bytes: wal),
            ])
    }

    private func seconds(_ bytes: UInt64, _ wal: UInt64?, _ trials: [TrialLine]) -> Double? {
        Forecast(ofBytes: bytes, wal: wal, from: trials)?.seconds
    }

    @Test func `there is none when nothing tells`() {
        var open = regular(1, bytes: gigabyte, wal: nil)
        (open.end, open.state) = (nil, .interrupted)
        let mute = [
            open, trial(2, answer: nil, phases: [RestorePhase(.stream, seconds: 1, bytes: 5)]),
            trial(3, answer: 5), trial(4, answer: 5, phases: [RestorePhase(.stream, seconds: 1)]),
            trial(5, answer: 5, phases: [RestorePhase(.stream, seconds: 1, bytes: 0)]),
            trial(6, answer: .nan, phases: [RestorePhase(.stream, seconds: 1, bytes: 5)]),
        ]
        #expect(Forecast(ofBytes: gigabyte, wal: nil, from: []) == nil)
        #expect(Forecast(ofBytes: gigabyte, wal: nil, from: mute) == nil)
    }

    @Test func `the same backup takes what it took`() throws {
        let past = regular(1, bytes: gigabyte, wal: 100_000_000)
        let forecast = try #require(Forecast(ofBytes: gigabyte, wal: 100_000_000, from: [past]))
        #expect(abs(forecast.seconds - 15) < 0.001)
        #expect(forecast.basis == [TrialID(1)])
    }

    @Test func `bytes and WAL each take their time, and the rest does not grow`() throws {
        let past = [regular(1, bytes: gigabyte, wal: 100_000_000)]
        #expect(abs(try #require(seconds(10 * gigabyte, 100_000_000, past)) - 105) < 0.001)
        #expect(abs(try #require(seconds(gigabyte, gigabyte, past)) - 33) < 0.001)
        #expect(abs(try #require(seconds(0, 0, past)) - 3) < 0.001)
    }

    @Test func `where nobody knows how much WAL there is, recovery takes the average`() throws {
        let past = [
            regular(1, bytes: gigabyte, wal: 100_000_000), regular(2, bytes: gigabyte, wal: 200_000_000),
        ]
        // 2 s in the newest, and 4 s in the one before, which counts half.
        #expect(abs(try #require(seconds(gigabyte, nil, past)) - 13 - 8.0 / 3) < 0.001)
        let uncounted = trial(
            3, answer: 20,
            phases: [
                RestorePhase(.stream, seconds: 10, bytes: gigabyte), RestorePhase(.recover, seconds: 4),
            ])
        #expect(abs(try #require(seconds(gigabyte, 5 * gigabyte, [uncounted])) - 20) < 0.001)
    }

    @Test func `trials of different sizes tell what does not grow with the bytes`() throws {
        // 5 s to begin with, then 100 MB/s.
        let past = [1, 2, 4].map { size in
            let seconds = 5 + 10 * Double(size)
            return trial(
                Int64(size), answer: seconds,
                phases: [RestorePhase(.stream, seconds: seconds, bytes: UInt64(size) * gigabyte)])
        }
        #expect(abs(try #require(seconds(20 * gigabyte, nil, past)) - 205) < 0.001)
    }

    @Test func `noise between equal sizes is not taken for growth`() throws {
        let past = [(1_000_000_000, 10.0), (1_010_000_000, 13.0), (1_020_000_000, 11.0)].map {
            trial(1, answer: $0.1, phases: [RestorePhase(.stream, seconds: $0.1, bytes: UInt64($0.0))])
        }
        let forecast = try #require(seconds(10 * gigabyte, nil, past))
        #expect(abs(forecast - 109.4) < 0.1)
    }

    @Test func `no time runs backwards`() throws {
        let past = [(1, 30.0), (10, 20.0)].map {
            trial(
                1, answer: $0.1,
                phases: [RestorePhase(.stream, seconds: $0.1, bytes: UInt64($0.0) * gigabyte)])
        }
        let forecast = try #require(seconds(100 * gigabyte, nil, past))
        #expect(forecast > 100)
    }

    @Test func `writing counts where nothing was streamed, and phases of one name are summed`() throws {
        let past = trial(
            1, answer: 20,
            phases: [
                RestorePhase(.write, seconds: 5, bytes: gigabyte),
                RestorePhase(.write, seconds: 5, bytes: gigabyte),
                RestorePhase(.sync, seconds: 2), RestorePhase(.combine, seconds: 4),
            ])
        #expect(abs(try #require(seconds(4 * gigabyte, nil, [past])) - 36) < 0.001)
    }

    @Test func `parts that took longer than the whole count as the whole`() throws {
        let past = trial(
            1, answer: 10,
            phases: [
                RestorePhase(.stream, seconds: 8, bytes: gigabyte), RestorePhase(.recover, seconds: 60),
            ])
        #expect(abs(try #require(seconds(gigabyte, nil, [past])) - 10) < 0.001)
    }

    @Test func `the newest counts most`() throws {
        let past = [(1, 10.0), (2, 16.0)].map {
            trial($0.0, answer: $0.1, phases: [RestorePhase(.stream, seconds: $0.1, bytes: gigabyte)])
        }
        #expect(abs(try #require(seconds(gigabyte, nil, past)) - 12) < 0.001)
    }

    @Test func `only the newest few count`() throws {
        let past = (1...9).map { regular(10 - $0, bytes: gigabyte, wal: nil) }
        let forecast = try #require(Forecast(ofBytes: gigabyte, wal: nil, from: past))
        #expect(forecast.basis.map(\.value) == [9, 8, 7, 6, 5])
    }

    @Test func `sizes beyond all measure are told, too`() throws {
        let past = [regular(1, bytes: gigabyte, wal: 100_000_000)]
        #expect(try #require(seconds(.max, .max, past)).isFinite)
        let huge = trial(
            1, answer: 10,
            phases: [
                RestorePhase(.stream, seconds: 1, bytes: .max),
                RestorePhase(.stream, seconds: 1, bytes: .max),
            ])
        #expect(try #require(seconds(gigabyte, nil, [huge])).isFinite)
    }
}
