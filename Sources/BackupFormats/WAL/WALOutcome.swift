// SPDX-License-Identifier: Apache-2.0

/// Whether WAL takes recovery from the start of a backup to its end.
public enum WALOutcome: Sendable, Equatable {
    /// Every record from start to end was read and is sound.
    case complete
    /// There is none at all.
    case absent
    /// These segments are missing.
    case gap([WALFileName])
    /// It is there and is not what PostgreSQL wrote; the faults say where.
    case faulty
    /// Nobody says where the backup ends, so it cannot be told.
    case unknown(String)
}
