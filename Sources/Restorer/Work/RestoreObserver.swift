// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import PrivatePostgres

/// Somebody who watches a restore; called from the thread that runs it.
public protocol RestoreObserver: Sendable {
    /// A step begins; `bytes` is how much will go through it, when that is known.
    func began(_ phase: RestorePhase.Name, bytes: UInt64?)
    func recovered(_ progress: RecoveryProgress)
    /// So many more bytes of the files are copied, to be kept until recovery is over.
    func copied(_ bytes: UInt64)
    func scriptBegan(_ name: String)
    /// One of so many databases is looked into, counted from 1.
    func looked(at database: Int, of count: Int)
    /// A check of the recovered cluster begins, in words.
    func asking(_ check: String)
    /// Something that a person should know and that is no failure.
    func noted(_ text: String)
}

extension RestoreObserver {
    /// Does nothing, for who does not want to know of single databases.
    public func looked(at database: Int, of count: Int) {}
    /// Does nothing, for who does not want to know of single checks.
    public func asking(_ check: String) {}
}
