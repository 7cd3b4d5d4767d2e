// SPDX-License-Identifier: Apache-2.0

/// What kind of thing a finding is; a code is added as needed and never renamed.
public enum FindingCode: String, Sendable, Codable, CaseIterable {
    case missingObject = "MISSING_OBJECT"
    case unlistedObject = "UNLISTED_OBJECT"
    case sizeMismatch = "SIZE_MISMATCH"
    case checksumMismatch = "CHECKSUM_MISMATCH"
    case unstableRead = "UNSTABLE_READ"
    case unreadableObject = "UNREADABLE_OBJECT"
    case sumFileMissing = "SUMFILE_MISSING"
    case sumFileInvalid = "SUMFILE_INVALID"
    case infoContradicts = "INFO_CONTRADICTS"
    case manifestMissing = "MANIFEST_MISSING"
    case manifestInvalid = "MANIFEST_INVALID"
    case manifestChecksum = "MANIFEST_CHECKSUM"
    case missingMember = "MISSING_MEMBER"
    case extraMember = "EXTRA_MEMBER"
    case duplicateMember = "DUPLICATE_MEMBER"
    case memberSize = "MEMBER_SIZE"
    case memberChecksum = "MEMBER_CHECKSUM"
    case forbiddenMember = "FORBIDDEN_MEMBER"
    case modeUnexpected = "MODE_UNEXPECTED"
    case truncatedArchive = "TRUNCATED_ARCHIVE"
    case corruptArchive = "CORRUPT_ARCHIVE"
    case trailingData = "TRAILING_DATA"
    case gzipHeader = "GZIP_HEADER"
    case budgetExceeded = "BUDGET_EXCEEDED"
    case repackedArchive = "REPACKED_ARCHIVE"
    case wrongSuffix = "WRONG_SUFFIX"
    case pgVersionInvalid = "PG_VERSION_INVALID"
    case pgControlInvalid = "PG_CONTROL_INVALID"
    case wrongCluster = "WRONG_CLUSTER"
    case backupLabelInvalid = "BACKUP_LABEL_INVALID"
    case tablespaceMap = "TABLESPACE_MAP"
    case pageChecksum = "PAGE_CHECKSUM"
    case walInvalid = "WAL_INVALID"
    case walForeign = "WAL_FOREIGN"
    case missingParent = "MISSING_PARENT"
    case damagedParent = "DAMAGED_PARENT"
    case chainChecksums = "CHAIN_CHECKSUMS"
    case recoverySettingsAdded = "RECOVERY_SETTINGS_ADDED"
    case walGap = "WAL_GAP"
    case pinChanged = "PIN_CHANGED"
    case objectChanging = "OBJECT_CHANGING"
    case archivedObject = "ARCHIVED_OBJECT"
    case unsupportedFormat = "UNSUPPORTED_FORMAT"
    case incompleteBackup = "INCOMPLETE_BACKUP"
    case backupBusy = "BACKUP_BUSY"
    case clockSkew = "CLOCK_SKEW"
    case databaseUnreachable = "DATABASE_UNREACHABLE"
    case tablespaceUnreachable = "TABLESPACE_UNREACHABLE"
    case collationChanged = "COLLATION_CHANGED"
    case libraryMissing = "LIBRARY_MISSING"
    case localeMissing = "LOCALE_MISSING"
    case insideUnseen = "INSIDE_UNSEEN"
    case endedEarlier = "ENDED_EARLIER"
}

/// How bad a finding is: only an error makes a backup damaged or unfinished.
public enum Severity: String, Sendable, Codable, CaseIterable {
    case error, warning, note
}

/// Why bytes are not what they were.
public enum Cause: String, Sendable, Codable, CaseIterable {
    /// Other bytes under the same validators: nobody wrote, the medium changed.
    case bitRot = "bit-rot"
    case overwritten
    case truncated
    case sumFileChanged = "sum-file-changed"
    /// The first read already disagreed with the sum file.
    case neverGood = "never-good"
    case unstableRead = "unstable-read"
    case unknown
}
