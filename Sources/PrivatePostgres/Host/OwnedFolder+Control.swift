// SPDX-License-Identifier: Apache-2.0
import BackupFormats

extension OwnedFolder {
    /// What `pg_control` of a data directory says.
    func control() throws(PrivatePostgresError) -> ControlFile {
        let bytes = try read("global/pg_control") ?? []
        do throws(FormatError) { return try ControlFile.parse(bytes) } catch {
            throw .failed(
                "looking at '\(path)'", reason: error.message,
                hint: "is this a data directory of PostgreSQL 12 to 18?")
        }
    }
}
