// SPDX-License-Identifier: Apache-2.0
import Files
public import PrivatePostgres

/// How the code of a cluster is run that is only tried.
public struct ForeignCode: Sendable {
    /// Whether it is run although this system cannot hold it.
    public var allowsWeakIsolation = false
    /// What its server may take of the machine.
    public var limits: ServerLimits

    /// How much memory each of its processes may have, in bytes, shared memory included; nil for half of what is free, and 2 GiB at
    /// least.
    public var memory: UInt64?
    /// On how many processors its processes run, all together; nil for all that there are.
    public var processors: UInt64?

    /// Only where this system can hold it, and with the usual memory, until that is set.
    public init(within limits: ServerLimits) { self.limits = limits }

    /// By what is free now where nobody says.
    var mostMemory: UInt64 { memory ?? max(2 << 30, (MachineMemory.available ?? 0) / 2) }
}
