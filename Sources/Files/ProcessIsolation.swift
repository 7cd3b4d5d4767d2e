// SPDX-License-Identifier: Apache-2.0
import CLinux
public import Glibc

/// A way to leave a process, and all that it starts, alone with what it is shown.
///
/// For foreign code that runs as somebody who has secrets: it sees the system's programs and none of its user's files, no other
/// process, and there is no network. Needs the right to make namespaces, which some systems refuse to all but root, and containers
/// to root, too.
public struct ProcessIsolation: Sendable {
    /// What it sees besides the system's programs and settings: absolute paths of what exists.
    public var shown: [String]
    /// What it may write to, too.
    public var writable: [String]
    /// Who it becomes, without a namespace of users; nil for a process that has one, and stays who it is.
    public var owner: (user: uid_t, group: gid_t)?
    /// Whether it is an error that it could make further namespaces of users.
    public var isClosed = false

    /// For a process that gets a namespace of users of its own, until `owner` is set; `isClosed` is false.
    public init(showing shown: [String], writing writable: [String]) {
        (self.shown, self.writable) = (shown, writable)
    }

    /// Whether the kernel can keep a process from sending signals to others where they see each other (Linux 6.12).
    public static var canKeepSignals: Bool { pgb_landlock_keeps_signals() == 1 }

    /// Goes on in a new process that is isolated; this one ends when that does, as that does, and all that it started with it.
    ///
    /// Only one thread may be there. After a failure the process may be isolated in part: it should do nothing but end.
    public func enter() throws(SystemError) {
        var shown = unsafe Self.copies(shown)
        var writable = unsafe Self.copies(writable)
        defer { unsafe (shown + writable).forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
        let (shownCount, writableCount) = unsafe (Int32(shown.count), Int32(writable.count))
        let result = unsafe shown.withUnsafeMutableBufferPointer { shown in
            unsafe writable.withUnsafeMutableBufferPointer { writable in
                var order = unsafe pgb_isolation()
                unsafe (order.shown, order.shown_count) = unsafe (.init(shown.baseAddress), shownCount)
                unsafe order.writable = unsafe .init(writable.baseAddress)
                unsafe order.writable_count = writableCount
                unsafe (order.user, order.group) = (owner?.user ?? 0, owner?.group ?? 0)
                unsafe (order.own_users, order.closed) = (owner == nil ? 1 : 0, isClosed ? 1 : 0)
                return unsafe pgb_isolate(&order)
            }
        }
        guard result == 0 else { throw .last }
    }

    /// Goes on in a new process; this one ends when that does, as that does, after ending all that it has left.
    ///
    /// For where there are no namespaces: who can end this process leaves what he likes. Only one thread may be there.
    public static func endWithAll() throws(SystemError) {
        guard pgb_end_with_all() == 0 else { throw .last }
    }

    /// Keeps this process from sending signals to any that it did not start; throws where the kernel cannot.
    public static func keepSignals() throws(SystemError) {
        guard pgb_landlock_keep_signals() == 0 else { throw .last }
    }

    private static func copies(_ paths: [String]) -> [UnsafePointer<CChar>?] {
        unsafe paths.map { unsafe UnsafePointer<CChar>(strdup($0)) }
    }
}
