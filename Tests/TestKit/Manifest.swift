// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Digests

/// Manifests as PostgreSQL writes them.
public enum Manifest {
    /// A manifest of one file, with its own checksum right.
    public static var minimal: [UInt8] { of(["PG_VERSION": Array("15\n".utf8)]) }

    /// A manifest of these files, by CRC-32C as PostgreSQL does unless asked otherwise.
    ///
    /// The WAL that the backup needs begins at 0/2000028 of timeline 1, or where `start` says. PostgreSQL 17 and later
    /// name the `system`, too.
    public static func of(
        _ files: [ObjectName: [UInt8]], algorithm: DigestAlgorithm = .crc32c, start: String = "0/2000028",
        end: String = "0/2000100", system: UInt64? = nil
    ) -> [UInt8] {
        let entries = files.sorted { $0.key < $1.key }.map { name, bytes in
            "{ \"Path\": \"\(name)\", \"Size\": \(bytes.count), \"Last-Modified\": \"2025-10-27 14:30:00 GMT\""
                + checksum(bytes, algorithm) + " }"
        }
        let body = """
            { "PostgreSQL-Backup-Manifest-Version": \(system == nil ? 1 : 2),\(system.map { "\n\"System-Identifier\": \($0)," } ?? "")
            "Files": [
            \(entries.joined(separator: ",\n"))
            ],
            "WAL-Ranges": [
            { "Timeline": 1, "Start-LSN": "\(start)", "End-LSN": "\(end)" }
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

    private static func sha256(_ bytes: [UInt8]) -> String { SHA256.digest(of: bytes).hex }
}
