// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// How the bytes of an object are to those that were read first, or that something attests; digests are
    /// lower-case hex, sizes bytes.
    public enum BytesFact: Sendable, Equatable, Codable {
        /// The same bytes under other validators.
        case moved(from: Validators?, to: Validators, pinned: Timestamp?)
        /// Never what the sum file says, and now they are.
        case healed(expected: String?, found: String, pinned: Timestamp?)
        /// They are as they were; what the attestor says of this object changed.
        case attestorChanged(of: ObjectName, expected: String, found: String?, pinned: Timestamp?)
        /// They and their checksum changed together.
        case changedWithChecksum(expected: String?, found: String, pinned: Timestamp?)
        /// An earlier run found that, and nobody has accepted it.
        case changeNotAccepted
        case differing(Difference)
        case resized(from: UInt64, to: UInt64, by: SizeSource)
        /// The same, as a listing shows it.
        case listedSize(expected: UInt64, found: UInt64)
        /// A sum file, info file or manifest changed under the same validators.
        case rotted(expected: String, found: String, sameness: Sameness, pinned: Timestamp)
        /// Somebody wrote one of them again.
        case rewritten(expected: String, found: String, pinned: Timestamp)
        /// The history has known it since then, by what it found, in words; the bytes were not read again.
        case knownSince(String, as: String?)

        var code: FindingCode {
            switch self {
            case .moved, .healed, .changedWithChecksum, .changeNotAccepted, .rewritten: .pinChanged
            case .attestorChanged, .differing, .rotted, .knownSince: .checksumMismatch
            case .resized, .listedSize: .sizeMismatch
            }
        }

        var severity: Severity {
            switch self {
            case .moved, .healed: .note
            case .rewritten: .warning
            default: .error
            }
        }
    }
}

extension Finding.BytesFact {
    /// What is known of bytes that are not the right ones; why they are not is the finding's cause.
    public struct Difference: Sendable, Equatable, Codable {
        /// The SHA-256 that was pinned or attested, in hex digits; nil where nothing says it.
        public var expected: String?
        /// The SHA-256 that was read, in hex digits.
        public var found: String
        /// When the pinned bytes were first read; nil without a pin.
        public var pinned: Timestamp?
        /// When these bytes were last as they should be; nil when never seen so.
        public var lastGood: Timestamp?
        /// Told where the cause is bit rot; for any other cause the validators may differ.
        public var sameness: Sameness
        /// Who says what the bytes should be.
        public var attestor: ObjectName
        /// How many chunks differ, of how many, where they were compared one by one.
        public var chunks: ChunkCount?
        /// Whether the manifest vouches for all that the object holds.
        public var holdsIntactMembers = false

        /// Of an object that is not known to hold intact members: who finds that it does says so later.
        public init(
            expected: String?, found: String, pinned: Timestamp?, lastGood: Timestamp?, sameness: Sameness,
            attestor: ObjectName, chunks: ChunkCount?
        ) {
            (self.expected, self.found) = (expected, found)
            (self.pinned, self.lastGood, self.sameness) = (pinned, lastGood, sameness)
            (self.attestor, self.chunks) = (attestor, chunks)
        }
    }

    /// How many chunks of an object are damaged.
    public struct ChunkCount: Sendable, Equatable, Codable {
        /// Those that are not what they were.
        public let damaged: Int
        /// Those that the object has.
        public let all: Int

        /// `damaged` is at most `all`.
        public init(damaged: Int, of all: Int) { (self.damaged, self.all) = (damaged, all) }
    }

    /// What stayed the same while the bytes changed.
    public enum Sameness: String, Sendable, Equatable, Codable, CaseIterable {
        /// Size, date and inode of a file.
        case file
        /// ETag and date of an object of S3.
        case etag

        /// By the kind of store: validators with an ETag are of S3, all others of a directory.
        public init(_ validators: Validators) { self = validators.etag == nil ? .file : .etag }
    }

    /// Who says how large an object should be.
    public enum SizeSource: Sendable, Equatable, Codable {
        case pin(Timestamp?)
        case manifest
    }
}
