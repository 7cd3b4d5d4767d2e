// SPDX-License-Identifier: Apache-2.0
public import Restorer

/// From when to when one backup of a listing can be recovered, or why nobody knows.
public struct RecoverableLine: Sendable {
    public var label: String
    public var view: Result<ArchiveView, RestoreError>
}
