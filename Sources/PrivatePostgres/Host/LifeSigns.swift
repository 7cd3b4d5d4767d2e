// SPDX-License-Identifier: Apache-2.0

/// What shows from outside that processes are at work: when none of it changes, nobody is.
public struct LifeSigns: Sendable, Equatable {
    /// What each says that it does.
    public var titles: [String]
    /// Of all together, in clock ticks.
    public var cpuTime: UInt64

    /// `titles` has one for each process; `cpuTime` is that of all together, in clock ticks.
    public init(titles: [String], cpuTime: UInt64) { (self.titles, self.cpuTime) = (titles, cpuTime) }
}
