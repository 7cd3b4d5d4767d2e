// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension HistoryBackups {
    /// How much a backup holds, and of what; sizes in bytes.
    struct Contents: Encodable {
        struct Relations: Encodable {
            var database: UInt32
            var fork: String
            var files, bytes: UInt64
        }

        var postgresVersion: Nullable<Int>
        /// Text: numbers of 64 bits are not safe in every reader of JSON.
        var systemIdentifier: Nullable<String>
        var files, bytes, archiveBytes: UInt64
        /// How many times as large it is unpacked.
        var compressionRatio: Nullable<Double>
        var pages: UInt64
        var relations: [Relations]

        init(_ summary: ContentSummary) {
            postgresVersion = Nullable(summary.majorVersion)
            systemIdentifier = Nullable(summary.systemIdentifier.map(String.init))
            (files, bytes, archiveBytes) = (summary.files, summary.bytes, summary.archiveBytes)
            let ratio = Double(summary.bytes) / Double(max(1, summary.archiveBytes))
            compressionRatio = Nullable(summary.archiveBytes == 0 ? nil : (ratio * 100).rounded() / 100)
            pages = summary.pages
            relations = summary.relations.map {
                Relations(database: $0.database, fork: $0.fork, files: $0.files, bytes: $0.bytes)
            }
        }
    }
}
