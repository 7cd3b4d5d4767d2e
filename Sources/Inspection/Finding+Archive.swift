// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel

extension Finding {
    /// What stopped an archive from being taken apart.
    init(_ error: ArchiveError, in object: ObjectName) {
        let code: FindingCode =
            switch error.reason {
            case .truncated: .truncatedArchive
            case .corrupt: .corruptArchive
            case .trailing: .trailingData
            case .forbidden: .forbiddenMember
            case .duplicate: .duplicateMember
            case .budget: .budgetExceeded
            case .unsupported: .unsupportedFormat
            case .resources: .unreadableObject
            }
        self.init(
            code, error.reason == .unsupported ? .warning : .error, object: object,
            member: error.member.map { ObjectName(bytes: $0).description },
            offset: error.inDecoded ? nil : error.offset, expected: error.expected, found: error.found,
            message: error.message)
    }

    /// A header that nobody writes: an error where other programs refuse to unpack it.
    init(_ oddity: GzipOddity, in object: ObjectName) {
        let consequence =
            switch oddity.consequence {
            case .none: "programs that unpack it pass over this"
            case .misleading: "it decides where programs look for the content"
            case .refused: "gunzip and tar refuse to unpack it"
            }
        self.init(
            .gzipHeader, oddity.consequence == .refused ? .error : .warning, object: object,
            offset: oddity.offset,
            length: oddity.length, expected: oddity.expected, found: oddity.found,
            message:
                "a header of gzip is not as compressors write it, at byte \(oddity.offset): expected \(oddity.expected), found \(oddity.found); \(consequence)"
        )
    }
}
