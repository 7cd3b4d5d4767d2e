// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Where a path leads to when every link on it is followed.
public enum RealPath {
    /// Absolute and without links, byte for byte; the system gives up on loops.
    ///
    /// An answer of this moment: who opens it afterwards may find something else there.
    public static func of(_ path: some Sequence<UInt8>) throws(SystemError) -> [UInt8] {
        guard let resolved = unsafe realpath(cString(path), nil) else { throw .last }
        defer { unsafe free(resolved) }
        return unsafe Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }
}
