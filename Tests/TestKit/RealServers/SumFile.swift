// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Writes `backup.sha256` and `backup.sha256.info` into a backup's folder, with the same programs and
/// in the same words as the original pg_backctl.
///
/// The folder's name is the label; `time` is what the info file claims.
public func writeSumFile(in folder: String, time: String = "2026-10-27T14:30:00Z") async throws {
    let list = "find . -type f ! -name 'backup.sha256*' -exec sha256sum {} \\; | sort -k2"
    let sums = try await Program("sh")(["-c", list], in: folder)
    let info = """
        backup_label: \(URL(filePath: folder).lastPathComponent)
        backup_timestamp: \(time)
        checksum_algorithm: SHA256
        checksum_tool: sha256sum
        manifest_file: backup.sha256

        """
    try Data(sums.utf8).write(to: URL(filePath: "\(folder)/backup.sha256"))
    try Data(info.utf8).write(to: URL(filePath: "\(folder)/backup.sha256.info"))
}
