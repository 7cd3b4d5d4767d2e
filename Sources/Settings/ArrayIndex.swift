// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which of several like processes this one is, as the engine says that has started them.
public struct ArrayIndex: Sendable, Equatable {
    /// From 0.
    public let index: Int
    /// How many there are; nil where the engine does not say.
    public let count: Int?

    /// Of this process; nil where no engine says anything.
    ///
    /// Indexed Jobs of Kubernetes, arrays of AWS Batch and of Slurm do.
    public static func current() throws(SettingsError) -> ArrayIndex? {
        try ArrayIndex(Variables(ProcessInfo.processInfo.environment, origin: "the environment"))
    }

    init?(_ variables: Variables) throws(SettingsError) {
        if let index = try variables.number("SLURM_ARRAY_TASK_ID") {
            try self.init(slurm: index, variables)
        } else if let index = try variables.number("AWS_BATCH_JOB_ARRAY_INDEX") {
            self.init(index, of: try variables.number("AWS_BATCH_JOB_ARRAY_SIZE"))
        } else if let index = try variables.number("JOB_COMPLETION_INDEX") {
            self.init(index, of: nil)
        } else {
            return nil
        }
    }

    /// Numbers of Slurm begin anywhere, and may have gaps of one size.
    private init(slurm number: Int, _ variables: Variables) throws(SettingsError) {
        let first = try variables.number("SLURM_ARRAY_TASK_MIN") ?? 0
        let step = max(1, try variables.number("SLURM_ARRAY_TASK_STEP") ?? 1)
        guard number >= first, (number - first).isMultiple(of: step) else {
            throw .unusable(
                "SLURM_ARRAY_TASK_ID", reason: "\(number) is no number of an array from \(first) on")
        }
        self.init((number - first) / step, of: try variables.number("SLURM_ARRAY_TASK_COUNT"))
    }

    private init(_ index: Int, of count: Int?) { (self.index, self.count) = (index, count) }
}

extension Variables {
    fileprivate func number(_ name: String) throws(SettingsError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), (0...1_000_000_000).contains(number) else {
            throw .unusable(name, reason: "it is no number from 0 on")
        }
        return number
    }
}
