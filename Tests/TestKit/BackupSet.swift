// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

/// Bytes that look random and are the same every time.
public struct SeededBytes: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// Sebastiano Vigna's SplitMix64.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// A backup as the verifier sees it: archives, a manifest, a sum file and an info file.
public struct BackupSet: Sendable {
    public var folder: String
    public var objects: [ObjectName: [UInt8]]

    public init(folder: String, objects: [ObjectName: [UInt8]]) {
        (self.folder, self.objects) = (folder, objects)
    }

    /// A small tar-format backup whose archives are random bytes.
    public static func tar(_ label: String = "20251027T143000", base: Int = 40_960, wal: Int = 16_384)
        -> BackupSet
    {
        var random = SeededBytes(seed: 42)
        return BackupSet(
            folder: label + "/",
            objects: [
                "base.tar.gz": random.bytes(base), "pg_wal.tar.gz": random.bytes(wal),
                "backup_manifest": Array(#"{ "PostgreSQL-Backup-Manifest-Version": 1 }"#.utf8),
            ])
    }

    /// The sum file as GNU sha256sum writes it.
    public var sumFile: [UInt8] {
        let lines = objects.sorted { $0.key < $1.key }.map { name, bytes in
            "\(SHA256.digest(of: bytes).hex)  ./\(name)\n"
        }
        return Array(lines.joined().utf8)
    }

    public var infoFile: [UInt8] {
        let files = objects.keys.sorted().map { "#   ./\($0)\n" }.joined()
        let label = folder.split(separator: "/").last ?? ""
        return Array(
            """
            # pg_backctl Backup Checksum Metadata

            backup_label: \(label)
            backup_timestamp: 2025-10-27T14:30:00.123Z
            checksum_algorithm: SHA256
            checksum_tool: sha256sum (GNU coreutils)
            manifest_file: backup.sha256

            # Files in this backup:
            \(files)
            # Total files: \(objects.count)

            """.utf8)
    }

    public func name(_ object: ObjectName) -> ObjectName { ObjectName(folder) + object }

    /// Uploads the backup, the sum file last.
    public func upload(to store: MemoryStore, withSums: Bool = true) {
        for (object, bytes) in objects { store.put(name(object), bytes) }
        guard withSums else { return }
        store.put(name("backup.sha256.info"), infoFile)
        store.put(name("backup.sha256"), sumFile)
    }
}
