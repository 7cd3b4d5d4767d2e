// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A lock that ends with the process that holds it, however that ends.
///
/// It lies on an open file, by `flock`; children do not inherit it, since the file closes when they start.
public final class FileLock: Sendable {
    private let file: FileDescriptor

    /// Takes the lock on a file of this name, made when it is not there; nil when another process holds it.
    public init?(_ name: some Sequence<UInt8>, in folder: borrowing FileDescriptor) throws(SystemError) {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
        file = try FileDescriptor(number: unsafe openat(folder.number, cString(name), flags, 0o600))
        guard flock(file.number, LOCK_EX | LOCK_NB) != 0 else { return }
        guard errno == EWOULDBLOCK else { throw .last }
        return nil
    }

    /// Closing the file is not enough: a child that is just being started has it open, too, until its program begins.
    deinit { _ = flock(file.number, LOCK_UN) }
}

extension FileDescriptor {
    /// Waits until nobody else holds the lock on this file or directory, and holds it until this is closed.
    ///
    /// Whoever may open it may lock it: after `patience` it throws `ETIMEDOUT`. It throws, too, where the file system has no such locks.
    public func waitForLock(atMost patience: Duration = .seconds(5)) throws(SystemError) {
        let deadline = ContinuousClock.now + patience
        while flock(number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR || errno == EWOULDBLOCK else { throw .last }
            guard ContinuousClock.now < deadline else { throw SystemError(code: ETIMEDOUT) }
            usleep(10_000)
        }
    }
}
