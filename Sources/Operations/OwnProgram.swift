// SPDX-License-Identifier: Apache-2.0
import Files

/// What this process runs, as a file.
enum OwnProgram {
    /// Its full path, without links; throws where nobody can tell.
    static func path() throws -> String {
        guard let path = try? RealPath.of("/proc/self/exe".utf8) else {
            throw OperationError.usage("this program's own file cannot be found", hint: "is /proc mounted?")
        }
        return String(decoding: path, as: UTF8.self)
    }
}
