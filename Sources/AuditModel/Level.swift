// SPDX-License-Identifier: Apache-2.0

/// How much has been shown about a backup: the rungs of the proof ladder, lowest first.
public enum Level: String, Sendable, Codable, CaseIterable, Comparable {
    /// Every expected object is there, with the expected size, and nothing unexpected.
    case listed
    /// Every byte was read to its end; the digest equals what the sum file and the pin say.
    case checksummed
    /// Archive structure, members, `pg_control`, page checksums and WAL were checked.
    case inspected
    /// A PostgreSQL of the same major version started on it and reached consistency.
    case restored
    /// amcheck, page checksums of the stopped cluster and the user's SQL checks passed.
    case exercised

    /// By how much each of them proves.
    public static func < (left: Level, right: Level) -> Bool { left.rung < right.rung }

    private var rung: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
