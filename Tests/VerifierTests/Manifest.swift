// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// Manifests as PostgreSQL writes them.
enum Manifest {
    /// A manifest of one file, with its own checksum right.
    static var minimal: [UInt8] { of(["PG_VERSION": Array("15\n".utf8)]) }

    /// A manifest of these files, by CRC-32C as PostgreSQL does unless asked otherwise.
    static func of(_ files: [ObjectName: [UInt8]], algorithm: DigestAlgorithm = .crc32c) -> [UInt8] {
        let entries = files.sorted { $0.key < $1.key }.map { name, bytes in
            "{ \"Path\": \"\(name)\", \"Size\": \(bytes.count), \"Last-Modified\": \"2025-10-27 14:30:00 GMT\""
                + checksum(bytes, algorithm) + " }"
        }
        let body = """
            { "PostgreSQL-Backup-Manifest-Version": 1,
            "Files": [
            \(entries.joined(separator: ",\n"))
            ],
            "WAL-Ranges": [
            { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
            ],

            """
        return Array((body + "\"Manifest-Checksum\": \"\(sha256(Array(body.utf8)))\"}\n").utf8)
    }

    private static func checksum(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> String {
        guard algorithm != .none else { return "" }
        var digest = StreamingDigest(algorithm)
        digest.update(bytes.span.bytes)
        return
            ", \"Checksum-Algorithm\": \"\(algorithm.rawValue)\", \"Checksum\": \"\(Hex.encode(digest.finalized()))\""
    }
}
