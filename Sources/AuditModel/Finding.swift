// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong, or worth knowing, about a backup.
public struct Finding: Sendable, Equatable, Codable {
    public var code: FindingCode
    public var severity: Severity
    /// The object it is about, relative to the backup's folder; nil when it is about the backup.
    public var object: ObjectName?
    /// The file of the data directory it is about, escaped as names are.
    public var member: String?
    /// The damaged bytes of the object, when they are known.
    public var offset: UInt64?
    public var length: UInt64?
    public var expected: String?
    public var found: String?
    public var cause: Cause?
    public var message: String

    public init(
        _ code: FindingCode, _ severity: Severity = .error, object: ObjectName? = nil, member: String? = nil,
        offset: UInt64? = nil, length: UInt64? = nil, expected: String? = nil, found: String? = nil,
        cause: Cause? = nil, message: String
    ) {
        (self.code, self.severity, self.message) = (code, severity, message)
        (self.object, self.member) = (object, member)
        (self.offset, self.length) = (offset, length)
        (self.expected, self.found, self.cause) = (expected, found, cause)
    }
}

extension Finding {
    private static let othersWords = " more of this kind"

    /// Stands for findings of which there were too many to tell each.
    public static func others(_ count: Int, _ code: FindingCode, _ severity: Severity, object: ObjectName?)
        -> Finding
    {
        Finding(code, severity, object: object, message: "and \(count)\(othersWords) (\(code.rawValue))")
    }

    /// Whether it stands for others, which it then comes after.
    public var standsForOthers: Bool {
        member == nil && message.hasSuffix("\(Self.othersWords) (\(code.rawValue))")
    }
}

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
    case recoverySettingsAdded = "RECOVERY_SETTINGS_ADDED"
    case walGap = "WAL_GAP"
    case pinChanged = "PIN_CHANGED"
    case objectChanging = "OBJECT_CHANGING"
    case archivedObject = "ARCHIVED_OBJECT"
    case unsupportedFormat = "UNSUPPORTED_FORMAT"
    case incompleteBackup = "INCOMPLETE_BACKUP"
    case backupBusy = "BACKUP_BUSY"
    case clockSkew = "CLOCK_SKEW"
}

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
