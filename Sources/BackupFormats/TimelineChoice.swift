// SPDX-License-Identifier: Apache-2.0

/// Which timeline a recovery is to follow, as `recovery_target_timeline` says it.
public enum TimelineChoice: Sendable, Equatable, Codable {
    /// The newest that can be found.
    case latest
    /// The one that the backup was taken on.
    case current
    /// One by its number.
    case number(UInt32)
}
