// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Operations

/// How a store keeps its backups, as people read it.
struct PostureText {
    private let report: PostureReport

    init(_ report: PostureReport) { self.report = report }

    func say(_ terminal: Terminal) {
        terminal.say(report.location)
        var table = Table(columns: [.init(title: "WHAT"), .init(title: "HOW IT IS")])
        switch report.place {
        case .bucket(let posture): table.rows = Self.rows(posture)
        case .directory(let posture): table.rows = Self.rows(posture)
        }
        for line in table.lines { terminal.say(line) }
        guard !report.advice.isEmpty else { return terminal.say("\nnothing to advise") }
        terminal.say("")
        for advice in report.advice {
            terminal.say("\(advice.severity.rawValue): \(advice.problem)")
            terminal.say("  \(advice.advice)")
        }
    }

    private static func words<Value>(_ told: Told<Value>, _ said: (Value) -> String) -> String {
        switch told {
        case .said(let value): said(value)
        case .unknown(let reason): "unknown (\(reason))"
        case .notAsked(let reason): "not asked (\(reason))"
        }
    }

    private static func yesOrNo(_ told: Told<Bool>) -> String { words(told) { $0 ? "yes" : "no" } }

    private static func rows(_ posture: BucketPosture) -> [[String]] {
        [
            ["versions kept", words(posture.versioning) { $0.rawValue }],
            ["object lock", words(posture.lock, lock)],
        ] + posture.lockedObjects.map { ["  \($0.name)", words($0.lock, lock)] } + [
            ["lifecycle rules", words(posture.lifecycle, rules)],
            ["public access blocked", words(posture.publicAccessBlock) { $0.isComplete ? "yes" : "no" }],
            ["public policy", yesOrNo(posture.hasPublicPolicy)],
            ["granted to everybody", words(posture.publicGrants, list)],
            ["encryption at rest", words(posture.encryption) { $0 }],
            ["these credentials may write", yesOrNo(posture.mayWrite)],
            ["these credentials may delete versions", yesOrNo(posture.mayDelete)],
        ]
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }

    private static func lock(_ rule: LockRule) -> String {
        guard rule.isEnabled else { return "off" }
        guard let mode = rule.mode, let days = rule.days else { return "on, without a default" }
        return "\(mode.rawValue.lowercased()), \(Units.count(days, "day"))"
    }

    private static func lock(_ lock: LockedObject.Lock) -> String {
        let mode = lock.mode.map { "\($0.rawValue.lowercased())" } ?? "not locked"
        let until = lock.until.map { " until \($0.day)" } ?? ""
        return mode + until + (lock.isHeld ? ", held" : "")
    }

    private static func rules(_ rules: [LifecycleRule]) -> String {
        rules.isEmpty ? "none" : list(rules.map { $0.name.isEmpty ? "one without a name" : $0.name })
    }

    private static func rows(_ posture: DirectoryPosture) -> [[String]] {
        ([posture.store] + (posture.newestBackup.map { [$0] } ?? [])).map { folder in
            let mode = String(folder.mode, radix: 8)
            return [
                folder.path,
                "user \(folder.owner), mode \(mode), writable by us: \(yesOrNo(folder.isWritableByUs))",
            ]
        }
    }
}
