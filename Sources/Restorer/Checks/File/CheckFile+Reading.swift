// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files

extension CheckFile {
    /// Reads the file at a path; it may be a pipe.
    public static func read(_ path: String) throws(CheckFileError) -> CheckFile {
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try FileDescriptor(file: path).rest(limit: sizeLimit) } catch {
            throw CheckFileError(
                path, "it cannot be read: \(error.text)", hint: "a sample is confs/checks.yaml.")
        }
        guard let bytes else { throw tooLarge(path) }
        return try parse(bytes, name: path)
    }

    static func tooLarge(_ name: String) -> CheckFileError {
        CheckFileError(
            name, "it has more than \(Units.bytes(UInt64(sizeLimit)))", hint: "is it a file of checks?")
    }
}
