// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics

extension Message {
    /// How everything stands, in a few lines for each store; one for each week, which begins on Monday (UTC).
    public init(weekly status: ServiceStatus, decided: [DecidedBackup] = []) {
        let parts =
            [Self.incidents(status), Self.decided(decided)] + status.stores.map(Self.store) + [
                Self.channels(status.channels)
            ]
        self.init(
            id: "weekly-\(Self.monday(before: status.at).day)", occasion: .weekly, written: status.at,
            subject: "Week to \(status.at.day): \(Self.outcome(status))",
            text: parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n")
    }

    private static func monday(before time: Timestamp) -> Timestamp {
        let (day, week): (Int64, Int64) = (86_400, 7 * 86_400)
        // The first day of Unix time was a Thursday.
        let inWeek = (time.seconds + 3 * day) % week
        return Timestamp(seconds: time.seconds - inWeek)
    }

    /// That messages arrive.
    public init(testAt time: Timestamp) {
        self.init(
            id: "test-\(time.nanoseconds)", occasion: .test, written: time,
            subject: "A test: messages of pg_backctl arrive here",
            text:
                "Somebody typed `pg_backctl notify test`.\n\nNothing is wrong, and there is nothing to do.\n")
    }

    private static func outcome(_ status: ServiceStatus) -> String {
        let open = status.incidents.count(where: \.isOpen)
        if open > 0 { return open == 1 ? "1 incident is open" : "\(open) incidents are open" }
        let late = status.stores.count { $0.standing.map { $0.backupsWithin < $0.backups } ?? false }
        return late == 0 ? "no incident is open" : "\(late) of \(status.stores.count) stores outside policy"
    }

    private static func incidents(_ status: ServiceStatus) -> String {
        let open = status.incidents.filter(\.isOpen)
        guard !open.isEmpty else { return "No incident is open." }
        let lines = open.map { incident in
            "  \(PlainWords.headline(of: incident)), since \(PlainWords.time(incident.since))"
        }
        return (["Open incidents:"] + lines).joined(separator: "\n")
    }

    private static func store(_ store: StoreStatus) -> String {
        let lines = [policy(store), sound(store), recovery(store), trials(store), findings(store)]
        return ([PlainWords.line(store.name) + ":"] + lines.compactMap(\.self).map { "  \($0)" })
            .joined(separator: "\n")
    }

    private static func policy(_ store: StoreStatus) -> String {
        guard let standing = store.standing else { return "\(store.backups.count) backups" }
        return "\(standing.backupsWithin) of \(standing.backups) backups within policy"
    }

    private static func sound(_ store: StoreStatus) -> String? {
        guard let best = store.newestSound else { return store.backups.isEmpty ? nil : "no sound backup" }
        return PlainWords.line("newest sound backup \(best.label)")
    }

    /// The worst of all groups, beside what was promised.
    private static func recovery(_ store: StoreStatus) -> String? {
        func beside(_ name: String, _ target: Double?) -> String {
            target.map { " (\(name) \(Units.duration($0)))" } ?? ""
        }
        let until = store.groups.compactMap(\.recoverableUntil).min().map {
            "recoverable until \(PlainWords.time($0))\(beside("RPO", store.targetRPO))"
        }
        let answer = store.groups.compactMap(\.secondsToAnswer).max().map {
            "a restore took \(Units.duration($0))\(beside("RTO", store.targetRTO))"
        }
        let words = [until, answer].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: "\n  ")
    }

    private static func trials(_ store: StoreStatus) -> String? {
        let counts = TrialOutcome.allCases.compactMap { outcome in
            store.trials[outcome].flatMap { $0 > 0 ? "\($0) \(outcome.rawValue)" : nil }
        }
        return counts.isEmpty ? nil : "trials so far: \(counts.joined(separator: ", "))"
    }

    private static func findings(_ store: StoreStatus) -> String? {
        let count = store.openFindings.filter { $0.severity != .note }.reduce(0) { $0 + $1.count }
        return count == 0 ? nil : count == 1 ? "1 open finding" : "\(count) open findings"
    }

    private static func channels(_ channels: [ChannelStatus]) -> String {
        let lines = channels.filter { $0.undelivered > 0 || $0.givenUp > 0 }.map { channel in
            let since = channel.waitingSince.map { ", the oldest since \(PlainWords.time($0))" } ?? ""
            let givenUp = channel.givenUp > 0 ? ", \(channel.givenUp) given up" : ""
            return PlainWords.line("  \(channel.name): \(channel.undelivered) waiting\(since)\(givenUp)")
        }
        return lines.isEmpty ? "" : (["Not delivered:"] + lines).joined(separator: "\n")
    }
}

extension StoreStatus {
    /// Of all its groups.
    var newestSound: RecoveryPoint? {
        groups.compactMap(\.newestSound).max {
            ($0.taken?.nanoseconds ?? .min) < ($1.taken?.nanoseconds ?? .min)
        }
    }
}
