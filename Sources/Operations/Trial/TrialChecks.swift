// SPDX-License-Identifier: Apache-2.0
public import Restorer

/// What a trial asks of the cluster that it recovered.
public struct TrialChecks: Sendable {
    /// What every cluster is asked; each can be switched off.
    public var builtIn = BuiltInChecks()
    /// Whether the cluster is compared with what earlier trials saw of it.
    public var comparesBaseline = true
    /// The part of its rows that a table may lose from one trial to the next before it is told, from 0 to 1.
    public var mayShrink = 0.5
    /// The user's; nil where there are none.
    public var file: CheckFile?
    /// How long all of the user's may take.
    public var window = Duration.seconds(3600)
    /// Whether commands of that file are run.
    var runsCommands = true
    /// What its checks measured at the last trial; nil to look into the history.
    var previous: MeasuredBefore?

    /// All that are built in.
    public init() {}
}
