// SPDX-License-Identifier: Apache-2.0
import Glibc

/// This program as a file: what PostgreSQL is told to fetch WAL with, and what holds a server to its directories.
public enum OwnProgram {
    /// Its full path, without links; throws where nobody can tell.
    public static func path() throws -> String {
        guard let resolved = realpath("/proc/self/exe", nil) else {
            throw OperationError.usage("this program's own file cannot be found", hint: "is /proc mounted?")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
