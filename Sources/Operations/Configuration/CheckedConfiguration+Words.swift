// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
public import Settings

extension StoreConfiguration {
    /// What will be done with the store, one sentence each.
    public var explanation: [String] {
        var lines = [reach]
        if let copyOf { lines.append("is there for the copies of \(copyOf)") }
        if let proxy { lines.append("goes through the proxy \(proxy.shown)") }
        if let rate { lines.append("is read at \(Units.bytes(rate)) a second at most") }
        return lines + proofs + expectations + trialWords + protections
    }

    /// What is asked of it: to be proven, to come and to be kept, one sentence each.
    public var promises: [String] { proofs + expectations + protections }

    private var reach: String {
        guard location.hasPrefix("s3://") else {
            return FileIdentity(following: location) == nil
                ? "is a directory that is not there, or that this user may not see" : "is a directory"
        }
        let server = endpoint.map { "at \($0)" } ?? "at the endpoint that the environment names, else at AWS"
        let keys =
            switch credentials {
            case .environmentFile(let path): "with the keys in '\(ObjectName(path))'"
            case .profile(let name): "with the keys of profile '\(ObjectName(name))'"
            case .anonymous: "without keys"
            case nil: "with the keys that the environment has"
            }
        return "is a bucket \(server)\(region.map { ", region \($0)" } ?? ""), \(keys)"
    }

    private static func words(_ ages: [Level: Double]) -> String {
        ages.sorted { $0.key < $1.key }.map { "\($0.key.rawValue) every \(Units.duration($0.value))" }
            .joined(separator: ", ")
    }

    private var proofs: [String] {
        var lines: [String] = []
        if !prove.all.isEmpty { lines.append("every backup is to be \(Self.words(prove.all))") }
        if !prove.newest.isEmpty { lines.append("the newest backup is to be \(Self.words(prove.newest))") }
        if let sample = prove.sample {
            lines.append(
                "one backup of the last \(Units.duration(sample.within)), by chance, is to be \(Self.words(sample.ages))"
            )
        }
        return lines.isEmpty ? ["no proof of it is asked for: only what you type is done"] : lines
    }

    private var expectations: [String] {
        var lines: [String] = []
        if let expect {
            let by = expect.by.map { " by \($0) (\(expect.zone))" } ?? ""
            let grace = expect.grace > 0 ? ", with \(Units.duration(expect.grace)) of grace" : ""
            lines.append("a backup is to come every \(Units.duration(expect.every))\(by)\(grace)")
            if let least = expect.atLeast {
                lines.append("at least \(Units.count(least, "backup")) must be there")
            }
        }
        if let rpo = targets.rpo { lines.append("at most \(Units.duration(rpo)) of data may be lost") }
        if let rto = targets.rto { lines.append("a server is to answer again within \(Units.duration(rto))") }
        return lines
    }

    private var trialWords: [String] {
        var words = [
            trial.runtime.map { $0 == .docker ? "run in a container" : "run by programs of this machine" }
        ]
        words += [
            trial.image.map { "of image \(ObjectName($0))" }, trial.scratch.map { "in '\(ObjectName($0))'" },
            trial.memory.map { "with \(Units.bytes($0)) of memory at most" },
            trial.processors.map { "with \($0) processors at most" },
            trial.time.map { "within \(Units.duration($0))" },
            trial.checks.map { "with the checks of '\(ObjectName($0.value))'" },
            trial.keepOnFailure.map { "kept for \(Units.duration($0)) when they fail" },
        ]
        let said = words.compactMap(\.self)
        return said.isEmpty ? [] : ["trials are \(said.joined(separator: ", "))"]
    }

    private var protections: [String] {
        var lines: [String] = []
        if let walArchive { lines.append("its WAL is archived in \(walArchive.shown)") }
        if !copies.isEmpty {
            lines.append("the same must be in \(copies.map(\.shown).joined(separator: ", "))")
        }
        if let keep {
            let spans = [
                ("day", keep.days), ("week", keep.weeks), ("month", keep.months),
            ]
            let words = spans.filter { $0.1 > 0 }.map { Units.count($0.1, $0.0) }
            let each =
                words.isEmpty
                ? "" : "one proven backup of each of the last \(words.joined(separator: ", ")), and "
            lines.append(
                "protected from deletion: \(each)the newest \(Units.count(keep.atLeast, "proven backup"))")
        }
        if posture == .probe { lines.append("the bucket is asked whether our key could write or delete") }
        return lines
    }
}

extension ScheduleEntry {
    /// What will be done and when, one sentence each.
    ///
    /// `names` are those of the stores that it sweeps.
    public func explanation(sweeping names: [String]) -> [String] {
        let which =
            switch stores {
            case .all: "all stores"
            case .named: names.joined(separator: ", ")
            }
        let when =
            switch start {
            case .cron(let cron): "verifies \(which) at '\(ObjectName(cron.value))' (\(zone))"
            case .newBackup: "verifies a backup of \(which) when it has come"
            }
        let later = jitter > 0 ? ", up to \(Units.duration(jitter)) later" : ""
        return [when + later, limits].compactMap(\.self)
            + ["a time that was missed is \(missed == .skip ? "recorded only" : "made up for once")"]
    }

    private var limits: String? {
        let limits = [
            window.map { "for \(Units.duration($0))" }, budget.bytes.map { "\(Units.bytes($0)) read" },
            budget.rate.map { "\(Units.bytes($0)) a second" }, budget.jobs.map { Units.count($0, "job") },
            budget.trials.map { Units.count($0, "trial") },
        ].compactMap(\.self)
        return limits.isEmpty ? nil : "at most \(limits.joined(separator: ", "))"
    }
}

extension NotifyChannel {
    /// Who is told of what, in one sentence; no address that may be secret.
    public var explanation: String {
        let who =
            switch way {
            case .webhook(let webhook):
                "a webhook at \(webhook.url.shown)\(webhook.secret == nil ? ", unsigned" : ", signed")"
            case .mail(let mail): "mail to \(mail.to.joined(separator: ", ")) by \(mail.server)"
            case .ping(let url): "a ping to \(url.shown)"
            case .command(let words): "the program \(ObjectName(words[0]))"
            }
        let what = events.isEmpty ? "every run" : events.map(\.rawValue).joined(separator: ", ")
        return "\(who) is told of \(what)\(schedule.map { " of \($0)" } ?? "")"
    }
}

extension StorePlace {
    fileprivate var shown: String {
        switch self {
        case .location(let location): "\(ObjectName(location))"
        case .store(let name): "store \(name)"
        }
    }
}

extension NamedValue {
    /// An address that is written out may end in a token: only its host is shown.
    fileprivate var shown: String {
        switch self {
        case .secret(let name): name.description
        case .plain(let text):
            text.revealed.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).prefix(3).last
                .map { String($0.prefix { $0 != "/" && $0 != "?" }) } ?? ""
        }
    }
}
