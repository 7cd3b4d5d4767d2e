// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// How fresh each proof must be in one store.
public struct ProofPolicy: Sendable, Equatable {
    /// In a fixed order: by scope, then by level.
    public let lines: [PolicyLine]

    /// Ages are in seconds; `within` is how old a backup that is chosen by chance may be.
    public init(
        all: [Level: Double] = [:], newest: [Level: Double] = [:], sample: [Level: Double] = [:],
        within: Double? = nil
    ) throws(PolicyError) {
        if let level = sample.keys.filter({ !$0.needsTrial }).min() { throw .sampleOfReading(level) }
        let within = try within.map { age throws(PolicyError) in try Self.seconds(age, .sample, nil) }
        var lines: [PolicyLine] = []
        for (scope, ages) in [(.all, all), (.newest, newest), (.sample, sample)] as [(PolicyLine.Scope, _)] {
            for level in Level.allCases {
                guard let age = ages[level] else { continue }
                lines.append(
                    PolicyLine(
                        scope, level, age: try Self.seconds(age, scope, level),
                        within: scope == .sample ? within : nil))
            }
        }
        self.lines = lines
    }

    private static func seconds(_ age: Double, _ scope: PolicyLine.Scope, _ level: Level?) throws(PolicyError)
        -> Int64
    {
        guard age.isFinite, age >= 60, age <= 3660 * 86_400 else { throw .age(scope, level, age) }
        return Int64(age)
    }
}

/// Why a policy cannot be held.
public enum PolicyError: UserError, Equatable {
    /// Not between a minute and ten years; without a level it is `within`.
    case age(PolicyLine.Scope, Level?, Double)
    /// Samples are for trials.
    case sampleOfReading(Level)

    /// What cannot be, with the key of the configuration where an age is wrong, such as `newest.restored`.
    public var message: String {
        switch self {
        case .age(let scope, let level, _):
            "\(scope.rawValue).\(level?.rawValue ?? "within") must be between a minute and ten years"
        case .sampleOfReading(let level): "a sample cannot be \(level.rawValue)"
        }
    }

    /// What samples can be; empty for an age, since the message has its bounds.
    public var hints: [String] {
        switch self {
        case .age: []
        case .sampleOfReading:
            ["Samples are trial restores: restored or exercised. Reading is said under all or newest."]
        }
    }

    /// 14: policies are what somebody has written.
    public var exitStatus: ExitStatus { .usage }
}
