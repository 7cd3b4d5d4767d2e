// SPDX-License-Identifier: Apache-2.0
public import Restorer

/// From when to when one backup of a listing can be recovered, or why nobody knows.
public struct RecoverableLine: Sendable {
    /// The backup's.
    public var label: String
    /// What the archive holds for it, or why nobody knows.
    public var view: Result<ArchiveView, RestoreError>
}
