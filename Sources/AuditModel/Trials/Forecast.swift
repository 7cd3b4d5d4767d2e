// SPDX-License-Identifier: Apache-2.0

/// How long the restore of a backup would take, going by what trial restores took.
public struct Forecast: Sendable, Equatable {
    /// From the first byte asked for until the server answers.
    public var seconds: Double
    /// The trials that it goes by, newest first.
    public var basis: [TrialID]

    /// Nil when no trial tells: none has answered, or none says how many bytes it read.
    ///
    /// `bytes` are what would be read from the store, of a chain of incremental backups all together. `wal` is what
    /// recovery would replay; when nobody knows, recovery takes as long as it did on average. `trials` are the
    /// newest first, and of the runtime that is meant; a few of them count, each half as much as the one after it.
    public init?(ofBytes bytes: UInt64, wal: UInt64?, from trials: [TrialLine]) {
        let samples = trials.compactMap(TimedTrial.init).prefix(Self.enough)
        guard !samples.isEmpty else { return nil }
        let reading = Pace(
            samples.enumerated().map { age, sample in
                Pace.Point(bytes: sample.bytes, seconds: sample.reading, weight: Self.weight(age))
            })
        seconds =
            reading.seconds(of: Double(bytes)) + Self.recovery(of: wal, Array(samples))
            + Self.mean(samples.map(\.rest))
        basis = samples.map(\.trial)
    }

    /// How many trials count: older ones are of another machine or store, as like as not.
    public static let enough = 5

    private static func recovery(of wal: UInt64?, _ samples: [TimedTrial]) -> Double {
        let points = samples.enumerated().compactMap { age, sample in
            sample.wal.map { Pace.Point(bytes: $0, seconds: sample.recovering, weight: weight(age)) }
        }
        guard let wal, !points.isEmpty else { return mean(samples.map(\.recovering)) }
        return Pace(points).seconds(of: Double(wal))
    }

    /// Of the newest first.
    private static func mean(_ values: [Double]) -> Double {
        let weights = values.indices.map(weight)
        let sum = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
        return values.isEmpty ? 0 : sum / weights.reduce(0, +)
    }

    /// What is cached, and how fast a machine is, changes: the newest trial is the most like the next one.
    private static func weight(_ age: Int) -> Double { 1 / Double(1 << min(age, 30)) }
}

/// The times of a trial that answered, each part with what it grows with.
private struct TimedTrial {
    let trial: TrialID
    /// Read from the store.
    let bytes: Double
    /// Until all was on the disk.
    let reading: Double
    /// Replayed; nil when that was not counted.
    let wal: Double?
    let recovering: Double
    /// What grows with neither.
    let rest: Double

    init?(_ line: TrialLine) {
        guard let end = line.end, let answer = end.secondsToAnswer, answer.isFinite, answer >= 0 else {
            return nil
        }
        let phases = end.phases.folded
        func total(of name: RestorePhase.Name) -> RestorePhase? { phases.first { $0.name == name } }
        // Streaming is time that passed, and writing goes on beside it.
        guard let read = total(of: .stream) ?? total(of: .write), let bytes = read.bytes, bytes > 0
        else { return nil }
        let written = [RestorePhase.Name.sync, .combine].compactMap { total(of: $0)?.seconds }
        let recovery = total(of: .recover)
        (trial, self.bytes) = (line.id, Double(bytes))
        reading = min(answer, read.seconds + written.reduce(0, +))
        // The server may go on after it has answered.
        recovering = min(answer - reading, recovery?.seconds ?? 0)
        wal = recovery?.bytes.flatMap { $0 > 0 ? Double($0) : nil }
        rest = answer - reading - recovering
    }
}

/// Seconds as they grow with bytes: so many whatever the size, and so many for each byte.
private struct Pace {
    struct Point {
        var bytes: Double
        var seconds: Double
        var weight: Double
    }

    private var fixed = 0.0
    private var perByte = 0.0

    /// By least squares where the sizes differ enough to tell the two apart; else all grows with the bytes.
    init(_ points: [Point]) {
        let bytes = points.map(\.bytes)
        guard let least = bytes.min(), let most = bytes.max() else { return }
        if most >= 2 * least, let line = Self.leastSquares(points) {
            (fixed, perByte) = line
        } else {
            perByte = Self.sum(points, \.seconds) / max(1, Self.sum(points, \.bytes))
        }
    }

    func seconds(of bytes: Double) -> Double { fixed + perByte * bytes }

    /// Nil when the line says that time would run backwards.
    private static func leastSquares(_ points: [Point]) -> (fixed: Double, perByte: Double)? {
        let weight = points.reduce(0) { $0 + $1.weight }
        let bytes = sum(points, \.bytes) / weight
        let seconds = sum(points, \.seconds) / weight
        let together = points.reduce(0) { $0 + $1.weight * ($1.bytes - bytes) * ($1.seconds - seconds) }
        let slope = together / points.reduce(0) { $0 + $1.weight * ($1.bytes - bytes) * ($1.bytes - bytes) }
        let fixed = seconds - slope * bytes
        return slope >= 0 && fixed >= 0 ? (fixed, slope) : nil
    }
    private static func sum(_ points: [Point], _ value: (Point) -> Double) -> Double {
        points.reduce(0) { $0 + $1.weight * value($1) }
    }
}
