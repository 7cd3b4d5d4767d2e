// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// How often a backup is to come, and by when.
public struct ExpectedBackups: Sendable, Equatable {
    /// In seconds.
    public let every: Int64
    /// Seconds after midnight in `zone` by which one is to be there; nil when only its distance to the last counts.
    public let by: Int64?
    /// Whose midnight `by` counts from; of no meaning without `by`.
    public let zone: CivilZone
    /// So many seconds more are waited before anything is said.
    public let grace: Int64
    /// So many complete backups are to be there; nil for any number.
    public let atLeast: Int?

    /// With a time of day, `every` is a number of whole days, or goes into a day without remainder.
    public init(
        every: Double, by: Int64? = nil, zone: CivilZone = .utc, grace: Double = 0, atLeast: Int? = nil
    ) throws(ExpectationError) {
        guard every.isFinite, every >= 60, every <= 366 * 86_400 else { throw .every(every) }
        let period = Int64(every)
        if by != nil, period % 86_400 != 0, 86_400 % period != 0 { throw .notOfADay(period) }
        if let by, !(0..<86_400).contains(by) { throw .noTimeOfDay(by) }
        (self.every, self.by, self.zone, self.atLeast) = (period, by, zone, atLeast)
        self.grace = grace.isFinite ? Int64(max(0, min(grace, 366 * 86_400))) : 0
    }

    /// By when the backup after one that came at `last` is to be there.
    ///
    /// A backup that comes within the grace after a deadline is the one of that deadline, so a late one does not count for two.
    public func deadline(after last: Timestamp) -> Timestamp {
        guard let by else { return last.advanced(bySeconds: every) }
        let day = 86_400 as Int64
        let own = firstDeadline(from: last.advanced(bySeconds: -grace), by)
        guard every >= day else { return firstDeadline(from: own.advanced(bySeconds: 1), by) }
        let civil = zone.civil(at: own)
        let midnight = civil.seconds - floorRemainder(civil.seconds, day)
        return zone.instant(ofCivil: Timestamp(seconds: midnight + every + by))
    }

    /// By when the first one is to be there in a store that is watched since a time.
    public func firstDeadline(watchedSince start: Timestamp) -> Timestamp {
        by.map { firstDeadline(from: start.advanced(bySeconds: 1), $0) } ?? start.advanced(bySeconds: every)
    }

    /// Since when a backup is overdue; nil while none is.
    ///
    /// `last` is when the newest complete one was taken; without one `watchedSince` counts.
    public func overdueSince(last: Timestamp?, watchedSince: Timestamp, now: Timestamp) -> Timestamp? {
        let deadline = last.map(deadline(after:)) ?? firstDeadline(watchedSince: watchedSince)
        return now > deadline.advanced(bySeconds: grace) ? deadline : nil
    }

    /// The first deadline that is not before a time: each day at `by`, and in steps of `every` where that is less than a day.
    private func firstDeadline(from time: Timestamp, _ by: Int64) -> Timestamp {
        let step = min(every, 86_400)
        let civil = zone.civil(at: time).seconds
        // A day's margin, for clocks that were put back meanwhile.
        var candidate = civil - floorRemainder(civil - by, step) - max(step, 7200)
        while true {
            let instant = zone.instant(ofCivil: Timestamp(seconds: candidate))
            if instant >= time { return instant }
            candidate += step
        }
    }

    private func floorRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

/// Why nobody can expect backups like that.
public enum ExpectationError: UserError, Equatable {
    case every(Double)
    case notOfADay(Int64)
    case noTimeOfDay(Int64)

    /// What is wrong with `every` or with the time of day.
    public var message: String {
        switch self {
        case .every: "'every' must be between a minute and a year"
        case .notOfADay(let seconds): "'every' of \(seconds) s does not fit a time of day"
        case .noTimeOfDay(let seconds): "\(seconds) s after midnight is no time of day"
        }
    }

    /// What goes with a time of day; empty for a value that is out of its range.
    public var hints: [String] {
        switch self {
        case .notOfADay:
            ["With 'by', give whole days or a part of a day such as 6h, 8h or 12h; or leave 'by' out."]
        case .every, .noTimeOfDay: []
        }
    }

    /// 14: expectations are what somebody has written.
    public var exitStatus: ExitStatus { .usage }
}
