// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why an archive cannot be taken apart any further.
///
/// It says where the fault is, what stands there in a well-formed archive and what was found instead. Who
/// reports it names the archive.
public struct ArchiveError: UserError, Equatable {
    /// What kind of thing is wrong; the first six speak of the archive, the last two do not.
    public enum Reason: Sendable, Equatable {
        /// It ends before its own end.
        case truncated
        /// Its bytes contradict themselves.
        case corrupt
        /// Something follows its end.
        case trailing
        /// It holds what a backup's archive never holds.
        case forbidden
        /// It holds a member twice, or two that differ only in the case of letters.
        case duplicate
        /// It unpacks to more than it may.
        case budget
        /// It may be sound, but this program cannot read it.
        case unsupported
        /// It may be sound, but this machine could not read it now.
        case resources
    }

    /// What kind of thing is wrong.
    public var reason: Reason
    /// In bytes, from the start of the stored or of the unpacked archive.
    public var offset: UInt64
    /// Whether the offset counts the unpacked bytes, not those that are stored.
    public var inDecoded: Bool
    /// Where the fault cannot be told to the byte: it was noticed within so many from `offset` on.
    public var within: UInt64?
    /// What should stand there, in words.
    public var expected: String
    /// What stands there, in words.
    public var found: String
    /// The path of the member it is about, as it stands in the archive.
    public var member: [UInt8]?

    /// At one byte exactly: `within` is nil until somebody sets it.
    public init(
        _ reason: Reason, at offset: UInt64, inDecoded: Bool, expected: String, found: String,
        member: [UInt8]? = nil
    ) {
        (self.reason, self.offset, self.inDecoded) = (reason, offset, inDecoded)
        (self.expected, self.found, self.member) = (expected, found, member)
    }

    /// What is wrong, where, and what should stand there; who reports it puts the archive's name in front.
    public var message: String {
        let place = "byte \(offset)\(inDecoded ? " of the unpacked archive" : "")"
        let near = within.map { "noticed within \($0 >> 10) KiB from \(place) on" } ?? "at \(place)"
        let what =
            switch reason {
            case .truncated: "the archive ends too early"
            case .corrupt: "the archive is corrupt"
            case .trailing: "something follows the end of the archive"
            case .forbidden: "the archive holds what no backup of PostgreSQL holds"
            case .duplicate: "the archive holds a member twice"
            case .budget: "the archive unpacks to more than the backup can hold"
            case .unsupported: "the archive cannot be read by this version"
            case .resources: "the archive could not be unpacked here"
            }
        return "\(what), \(near): expected \(expected), found \(found)"
    }

    /// One for each reason: where the fault may come from, or what not to do with the archive.
    public var hints: [String] {
        switch reason {
        case .truncated: ["was the upload cut short?"]
        case .corrupt, .trailing: ["was it written to its end by pg_basebackup, and by nothing else?"]
        case .forbidden, .duplicate, .budget: ["do not unpack it before you know who made it."]
        case .unsupported: ["take it apart with the tool that made it."]
        case .resources:
            ["give this process more memory, or use fewer --jobs; nothing was said about the backup."]
        }
    }

    /// 7 for what this version cannot read, 5 for what this machine could not unpack, else 1.
    public var exitStatus: ExitStatus {
        switch reason {
        case .unsupported: .policyNotMet
        case .resources: .inconclusive
        default: .damaged
        }
    }
}
