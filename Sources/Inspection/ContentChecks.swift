// SPDX-License-Identifier: Apache-2.0

/// The version of everything that is checked inside archives.
///
/// It grows when a check is added or sharpened: backups that were inspected by fewer checks are taken apart
/// again.
public enum ContentChecks {
    /// Counted up whenever a check is added: what was inspected by fewer is inspected again.
    public static let version = 7
}
