// SPDX-License-Identifier: Apache-2.0

// Of trials of one backup, the newest first, as the history tells them.
extension Collection<TrialLine> {
    /// When the newest trial began that came to a verdict on the cluster, if that failed.
    public var failing: Timestamp? {
        let newest = first { line in line.end.map { [0, TrialLine.failed].contains($0.exitStatus) } == true }
        return newest?.end?.exitStatus == TrialLine.failed ? newest?.start.started : nil
    }

    /// When the newest trial that passed began.
    public var passing: Timestamp? { first { $0.end?.exitStatus == 0 }?.start.started }
}

extension TrialLine {
    /// The exit status of a trial whose cluster does not come up as it should.
    fileprivate static let failed: Int32 = 18
}

/// Which backups do not come up as they should, by their newest trials, and whether that is still to be told.
public struct TrialFailures: Sendable, Equatable {
    private var failed: [String: Timestamp] = [:]
    private var passed: [String: Timestamp] = [:]
    private var groups: [String: String] = [:]

    /// Before any backup is counted.
    public init() {}

    /// Counts the trials of a backup, the newest first; `group` is its cluster.
    public mutating func count(_ trials: some Collection<TrialLine>, of label: String, in group: String) {
        groups[label] = group
        failed[label] = trials.failing
        guard let passing = trials.passing else { return }
        passed[group] = max(passed[group] ?? passing, passing)
    }

    /// When the newest trial of a backup began, if that failed: nobody should rest on it.
    public func failure(of label: String) -> Timestamp? { failed[label] }

    /// The same, unless a later trial of the cluster passed: that answers for what is to come, and makes this one no sounder.
    public func openFailure(of label: String) -> Timestamp? {
        failed[label].flatMap { failed in
            groups[label].flatMap { passed[$0] }.map { $0 > failed } == true ? nil : failed
        }
    }
}
