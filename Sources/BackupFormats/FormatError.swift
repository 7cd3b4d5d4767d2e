// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics

/// Why bytes from a store are not what their name says.
///
/// Each tells where the fault is, what stands there in a well-formed file and what was found instead.
/// Parsers do not know what object the bytes came from; whoever reports the error names it.
public enum FormatError: UserError, Equatable {
    case invalidSumFile(line: Int, expected: String, found: String)
    case invalidManifest(offset: Int, expected: String, found: String)
    /// The manifest is not the one that its own last line was computed over; the digests are in hex.
    case manifestChecksum(expected: String, found: String)
    /// One of PostgreSQL's own small files; `place` is a line or a byte, in words.
    case invalidFile(PostgresFile, place: String, expected: String, found: String)
    /// A well-formed file of a version that this program does not know.
    case unknownVersion(PostgresFile, found: String)

    /// Names the kind of file and the line or byte; who reports it names the object.
    public var message: String {
        switch self {
        case .invalidSumFile(let line, let expected, let found):
            "line \(line) of the sum file is not valid: expected \(expected), found \(found)"
        case .invalidManifest(let offset, let expected, let found):
            "the manifest is not valid at byte \(offset): expected \(expected), found \(found)"
        case .manifestChecksum(let expected, let found):
            "the manifest does not match its own checksum: expected \(expected), found \(found)"
        case .invalidFile(let file, let place, let expected, let found):
            "\(file.rawValue) is not valid at \(place): expected \(expected), found \(found)"
        case .unknownVersion(let file, let found):
            "\(file.rawValue) is of a version that is not known yet: \(found)"
        }
    }

    /// What should stand there, in words.
    public var expected: String {
        switch self {
        case .invalidSumFile(_, let expected, _), .invalidManifest(_, let expected, _),
            .manifestChecksum(let expected, _), .invalidFile(_, _, let expected, _):
            expected
        case .unknownVersion: "a version of PostgreSQL 12 to 18"
        }
    }

    /// What stands there, in words.
    public var found: String {
        switch self {
        case .invalidSumFile(_, _, let found), .invalidManifest(_, _, let found),
            .manifestChecksum(_, let found), .invalidFile(_, _, _, let found),
            .unknownVersion(_, let found):
            found
        }
    }

    /// One for each kind of fault.
    public var hints: [String] {
        switch self {
        case .invalidSumFile: ["only the output of GNU sha256sum is accepted; was the file cut or edited?"]
        case .invalidManifest: ["only what PostgreSQL writes is accepted; was the file cut or edited?"]
        case .manifestChecksum: ["the manifest changed after PostgreSQL wrote it."]
        case .invalidFile: ["only what PostgreSQL writes is accepted; was the file cut or edited?"]
        case .unknownVersion: ["is there a newer version of this program?"]
        }
    }

    /// Always 1, for a version that is not known as well: findings have a severity of their own.
    public var exitStatus: ExitStatus { .damaged }
}

/// The small files of a data directory that say what a backup is.
public enum PostgresFile: String, Sendable, Equatable {
    case control = "global/pg_control"
    case version = "PG_VERSION"
    case label = "backup_label"
    case tablespaceMap = "tablespace_map"
    case incremental = "the header of an incremental file"
    case relationMap = "global/pg_filenode.map"
    case timelineHistory = "the history of a timeline"
}

/// Bytes of unknown origin as they may stand in a message: short, escaped, in quotes.
func excerpt(_ bytes: some Collection<UInt8>) -> String {
    let shown = ObjectName(bytes: bytes.prefix(40)).description
    return bytes.count > 40 ? "'\(shown)…'" : "'\(shown)'"
}
