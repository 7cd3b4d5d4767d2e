// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// How much of a machine a process, and each that it starts, may take.
public struct ProcessLimits: Sendable, Equatable {
    /// The size of a file that it writes, in bytes; nil for no limit.
    public var fileSize: UInt64?
    /// Files that are open at once; nil for no limit.
    public var openFiles: UInt64?
    /// Processes of this user in the same namespace of users; nil for no limit.
    public var processes: UInt64?

    /// On how many processors it runs, with all that it starts; nil for all that it may use.
    public var processors: UInt64?

    /// What each process may have of memory, shared memory included, in bytes; nil for no limit.
    public var memory: UInt64?

    /// No limit where none is given; those of `memory` and `processors` can only be set afterwards.
    public init(fileSize: UInt64? = nil, openFiles: UInt64? = nil, processes: UInt64? = nil) {
        (self.fileSize, self.openFiles, self.processes) = (fileSize, openFiles, processes)
    }

    /// Whether the kernel counts the processes of each namespace of users by itself (Linux 5.14); elsewhere those of the same user
    /// outside of it would count, too.
    public static var countsProcessesApart: Bool {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return false }
        let release = unsafe withUnsafeBytes(of: name.release) { unsafe String(decoding: $0, as: UTF8.self) }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 14)
    }

    /// Holds this process to them.
    ///
    /// It leaves no image of its memory behind, and no program that it becomes gains rights by being
    /// started.
    public func apply() throws(SystemError) {
        guard pgb_hold_to_processors(processors ?? 0) == 0,
            pgb_limit(fileSize ?? .max, openFiles ?? .max, processes ?? .max, memory ?? .max) == 0,
            pgb_no_new_privileges() == 0
        else { throw .last }
    }
}
