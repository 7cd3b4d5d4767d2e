// SPDX-License-Identifier: Apache-2.0
public import PrivatePostgres

/// How the code of a cluster is run that is only tried.
public struct ForeignCode: Sendable {
    /// Whether it is run although this system cannot hold it.
    public var allowsWeakIsolation = false
    /// What its server may take of the machine.
    public var limits: ServerLimits

    public init(within limits: ServerLimits) { self.limits = limits }
}
