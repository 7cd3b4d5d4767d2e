// SPDX-License-Identifier: Apache-2.0
import BackupFormats

extension OwnedFolder {
    /// What `pg_control` of a data directory says.
    func control() throws(PrivatePostgresError) -> ControlFile {
        do throws(FormatError) {
            guard let bytes = read("global/pg_control") else {
                throw FormatError.invalidFile(
                    .control, place: "byte 0", expected: "a file", found: "none that can be read")
            }
            return try ControlFile.parse(bytes)
        } catch {
            throw .failed(
                "looking at '\(path)'", reason: error.message,
                hint: "is this a data directory of PostgreSQL 12 to 18?")
        }
    }
}
