// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A way to hold a process, and all that it starts, to the places that it may write to.
///
/// For programs that work on what came out of a store: whatever their input says, nothing else on this machine is
/// changed. Reading is not held. There is no way back, so a process confines itself just before it becomes the
/// program in question.
public enum WriteConfinement: String, Sendable, CaseIterable {
    /// Linux's Landlock, from its third version on (Linux 6.2): before that, truncation is not held.
    case landlock
    /// A namespace of mounts in which all other file systems are read-only (`mount_setattr`, Linux 5.12). Needs the right
    /// to mount, or namespaces of users.
    ///
    /// Root can undo it until it has given up its capabilities.
    case mountNamespace = "mount-namespace"

    /// What every program may write to.
    private static let always = ["/dev/null", "/dev/zero"]
    private static let sharedMemory = "/dev/shm"

    /// Whether the kernel offers it; a namespace may be refused all the same.
    public var isKnownToKernel: Bool {
        switch self {
        case .landlock: pgb_landlock_holds_writes() == 1
        case .mountNamespace: true
        }
    }

    /// Confines this process to `folders`, absolute paths of what exists, and to what every program needs.
    ///
    /// What is in shared memory is that of others, too: foreign code has none. After a failure the process may be confined in part:
    /// it should do nothing but end.
    public func confine(to folders: [String], sharesMemory: Bool = true) throws(SystemError) {
        let always = Self.always + (sharesMemory ? [Self.sharedMemory] : [])
        let present = always.filter { unsafe access($0, F_OK) == 0 }
        var paths = unsafe (folders + present).map { unsafe UnsafePointer<CChar>(strdup($0)) }
        defer { unsafe paths.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
        let count = Int32(clamping: unsafe paths.count)
        let result =
            switch self {
            case .landlock: unsafe pgb_landlock_confine_writes(&paths, count)
            case .mountNamespace: unsafe pgb_mounts_confine_writes(&paths, count)
            }
        guard result == 0 else { throw .last }
    }
}
