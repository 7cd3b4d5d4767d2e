// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Digests

/// Manifests for tests, sealed with the right checksum as PostgreSQL seals them.
enum ManifestText {
    static let files = """
        { "Path": "backup_label", "Size": 225, "Last-Modified": "2026-11-23 12:10:47 GMT", \
        "Checksum-Algorithm": "CRC32C", "Checksum": "16a0cad4" },
        { "Encoded-Path": "62ff", "Size": 0, "Last-Modified": "2026-11-23 12:10:47 GMT" }
        """
    static let range = #"{ "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }"#

    static func sealed(_ body: String) -> [UInt8] {
        let bytes = Array(body.utf8)
        let digest = SHA256.digest(of: bytes).hex
        return bytes + Array("\"Manifest-Checksum\": \"\(digest)\"}\n".utf8)
    }

    static func whole(
        head: String = "\"PostgreSQL-Backup-Manifest-Version\": 1", files: String = files,
        ranges: String = range
    ) -> [UInt8] {
        sealed("{ \(head),\n\"Files\": [\n\(files)\n],\n\"WAL-Ranges\": [\n\(ranges)\n],\n")
    }

    static func file(_ members: String) -> [UInt8] { whole(files: "{ \(members) }") }

    static func path(_ path: String) -> [UInt8] { file("\"Path\": \"\(path)\", \"Size\": 1") }
}
