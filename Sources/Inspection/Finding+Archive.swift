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
            }
        self.init(
            code, object: object, member: error.member.map { ObjectName(bytes: $0).description },
            offset: error.inDecoded ? nil : error.offset, expected: error.expected, found: error.found,
            message: error.message)
    }
}
