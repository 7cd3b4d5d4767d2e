// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A process by a descriptor of its own: whoever gets its number later is another one (pidfd_open(2)).
public final class ProcessHandle: Sendable {
    private let descriptor: FileDescriptor

    /// Takes a second hold of what a descriptor of that kind leads to; that one stays whose it is.
    ///
    /// Throws for what is none, as on kernels before Linux 5.3.
    public init(sharing number: Int32) throws(SystemError) {
        descriptor = try FileDescriptor(number: pgb_duplicate(number))
    }

    /// Sends a signal to the process, and does nothing when it has ended; false where this system lets nobody do it so.
    public func signal(_ number: Int32) -> Bool {
        pgb_signal_process(descriptor.number, number) == 0 || errno == ESRCH
    }
}
