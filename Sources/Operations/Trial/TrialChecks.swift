// SPDX-License-Identifier: Apache-2.0
public import Restorer

/// What a trial asks of the cluster that it recovered.
public struct TrialChecks: Sendable {
    /// What every cluster is asked; each can be switched off.
    public var builtIn = BuiltInChecks()
    /// The user's; nil where there are none.
    public var file: CheckFile?
    /// How long all of the user's may take.
    public var window = Duration.seconds(3600)

    /// All that are built in.
    public init() {}
}
