// SPDX-License-Identifier: Apache-2.0
public import WALArchive

extension RestorePlan {
    /// What the archive of WAL holds behind the backup.
    public enum Archive: Sendable, Equatable {
        case holds(WALOutlook)
        /// No way leads from the backup to the timeline that was asked for.
        case noRoute
        /// Several timelines lead on, and only a person can say which is wanted.
        case undecided
        /// Why nothing is known of it.
        case unknown(String)
    }
}
