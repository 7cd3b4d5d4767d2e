// SPDX-License-Identifier: Apache-2.0

/// How long the newest trial restore of a cluster took until its server answered, and the one before it.
public struct TrialTrend: Sendable, Equatable {
    /// The folder of the backups.
    public var location: String
    /// Of both trials: times of different runtimes are not compared.
    public var runtime: TrialStart.Runtime
    /// In seconds.
    public var last: Double
    /// In seconds.
    public var before: Double

    /// Both times are in seconds; where `before` is 0 there is no percentage.
    public init(location: String, runtime: TrialStart.Runtime, last: Double, before: Double) {
        (self.location, self.runtime, self.last, self.before) = (location, runtime, last, before)
    }

    /// By how much it took longer, in hundredths of the time before; less than 0 when it was faster.
    ///
    /// Nil when no time had passed before.
    public var percent: Int? {
        guard before > 0 else { return nil }
        return Int(max(-100, min(1e9, (last / before - 1) * 100)).rounded())
    }

    /// One for each store, runtime and cluster of which two trials answered, in the order in which they come.
    ///
    /// `trials` are the newest first. What did not answer, or has no end, tells nothing of time.
    public static func of(_ trials: [TrialLine]) -> [TrialTrend] {
        var order: [Subject] = []
        var times: [Subject: [Double]] = [:]
        for trial in trials {
            guard let seconds = trial.end?.secondsToAnswer else { continue }
            let subject = Subject(trial)
            if times[subject] == nil { order.append(subject) }
            times[subject, default: []].append(seconds)
        }
        return order.compactMap { subject in
            guard let times = times[subject], times.count > 1 else { return nil }
            return TrialTrend(
                location: subject.location, runtime: subject.runtime, last: times[0], before: times[1])
        }
    }

    /// What trials must have in common to be compared.
    private struct Subject: Hashable {
        var location: String
        var runtime: TrialStart.Runtime
        var systemIdentifier: UInt64?

        init(_ trial: TrialLine) {
            location = trial.start.place.location
            (runtime, systemIdentifier) = (trial.start.runtime, trial.end?.systemIdentifier)
        }
    }
}

extension BackupPlace {
    /// The folder in which the backup's own lies, without a slash at its end.
    fileprivate var location: String {
        let suffix = "/\(label)"
        return url.hasSuffix(suffix) ? String(url.dropLast(suffix.count)) : url
    }
}
