// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A way to leave a process, and all that it starts, alone with what it is shown.
///
/// For foreign code that runs as somebody who has secrets: it sees the system's programs and none of its user's files, no other
/// process lets it look into it, and there is no network. Needs namespaces of users, which some systems refuse.
public struct ProcessIsolation: Sendable {
    /// What it sees besides the system's programs and settings: absolute paths of what exists.
    public var shown: [String]
    /// What it may write to, too.
    public var writable: [String]

    public init(showing shown: [String], writing writable: [String]) {
        (self.shown, self.writable) = (shown, writable)
    }

    /// Isolates this process; there is no way back.
    ///
    /// After a failure the process may be isolated in part: it should do nothing but end.
    public func enter() throws(SystemError) {
        var shown = unsafe Self.copies(shown)
        var writable = unsafe Self.copies(writable)
        defer { unsafe (shown + writable).forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
        let (shownCount, writableCount) = unsafe (Int32(shown.count), Int32(writable.count))
        guard unsafe pgb_isolate(&shown, shownCount, &writable, writableCount) == 0 else { throw .last }
    }

    /// Keeps this process from sending signals to any that it did not start; throws where the kernel cannot (Linux 6.12 can).
    public static func keepSignals() throws(SystemError) {
        guard pgb_landlock_keep_signals() == 0 else { throw .last }
    }

    private static func copies(_ paths: [String]) -> [UnsafePointer<CChar>?] {
        unsafe paths.map { unsafe UnsafePointer<CChar>(strdup($0)) }
    }
}
