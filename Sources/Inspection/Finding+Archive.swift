// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel

extension Finding {
    /// What stopped an archive from being taken apart.
    init(_ error: ArchiveError, in object: ObjectName) {
        let fault = FormatFault(reason: error.message, expected: error.expected, found: error.found)
        self.init(
            .archive(.ended(error.reason.ending, fault)), object: object,
            member: error.member.map { ObjectName(bytes: $0).description },
            offset: error.inDecoded ? nil : error.offset)
    }

    /// A header that nobody writes: an error where other programs refuse to unpack it.
    init(_ oddity: GzipOddity, in object: ObjectName) {
        let consequence: ArchiveFact.GzipConsequence =
            switch oddity.consequence {
            case .none: .none
            case .misleading: .misleading
            case .refused: .refused
            }
        self.init(
            .archive(.gzipHeader(expected: oddity.expected, found: oddity.found, consequence)),
            object: object, offset: oddity.offset, length: oddity.length)
    }
}

extension ArchiveError.Reason {
    fileprivate var ending: Finding.ArchiveFact.Ending {
        switch self {
        case .truncated: .truncated
        case .corrupt: .corrupt
        case .trailing: .trailing
        case .forbidden: .forbidden
        case .duplicate: .duplicate
        case .budget: .budget
        case .unsupported: .unsupported
        case .resources: .resources
        }
    }
}
