// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What this process runs, as a file.
enum OwnProgram {
    /// Its full path, without links; throws where nobody can tell.
    static func path() throws -> String {
        guard let resolved = realpath("/proc/self/exe", nil) else {
            throw OperationError.usage("this program's own file cannot be found", hint: "is /proc mounted?")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
