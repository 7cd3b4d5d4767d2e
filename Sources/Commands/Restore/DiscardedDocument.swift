// SPDX-License-Identifier: Apache-2.0

/// `pg_backctl.restore-discarded/1`: what was removed of an earlier restore.
struct DiscardedDocument: Encodable {
    let schema = "pg_backctl.restore-discarded/1"
    let exitStatus: Int32 = 0
    var target: String
    /// The folders.
    var removed: [String]
}
