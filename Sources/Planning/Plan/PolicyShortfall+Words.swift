// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension PolicyShortfall {
    /// One sentence without a full stop.
    ///
    /// Such as `at 500 GB a sweep 'inspected: 30d' needs 41 sweeps and has 30: raise the budget to 681 GB, or the age`.
    public var message: String {
        let line = line.map { "'\($0)'" } ?? "the policy"
        switch kind {
        case .line:
            return
                "at \(room) a sweep \(line) needs \(Units.count(sweepsNeeded, "sweep")) and has \(sweepsAllowed): "
                + "raise the budget to \(Units.bytes(needed)), or the age"
        case .interval:
            return "\(line) cannot be kept by sweeps that come every \(Units.duration(Double(needed)))"
        case .together:
            return
                "at \(room) a sweep \(line) as a whole cannot be kept: it takes \(Units.bytes(needed)) a sweep"
        case .trials:
            return "\(line) needs \(Units.count(Int(clamping: needed), "trial")) a sweep and is allowed "
                + "\(Units.count(sweepsAllowed, "trial")): raise the number of trials, or the age"
        case .tooLarge:
            let size = "\(backup?.label ?? line) has \(Units.bytes(bytes))"
            guard capacity != 0 else { return "\(size), and a sweep has room for nothing: raise the budget" }
            return "\(size) and takes \(sweepsNeeded) sweeps at \(room) each"
        case .oneGo:
            return
                "\(backup?.label ?? "a backup") is only hashed, never inspected: a first inspection reads \(Units.bytes(bytes)) in one go, "
                + "and a sweep \(room): raise the budget"
        }
    }

    private var room: String { Units.bytes(capacity ?? 0) }
}
