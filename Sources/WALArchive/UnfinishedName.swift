// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Names of segments that their writer, or the program that copies them, has not brought to their end.
///
/// Nothing of the sort is the segment: where no other file is, WAL ends before it.
enum UnfinishedName {
    /// How such names end, and whose they are.
    private static let endings: [(text: String, writer: String)] = [
        (".partial", "pg_receivewal, a server that was promoted, rclone"),
        (".tmp", "cp and rename, pgBackRest, Barman"), (".temp", "cp and rename"), (".part", "cp and rename"),
        (".new", "cp and rename"), (".copying", "cp and rename"), (".inprogress", "cp and rename"),
        (".in-progress", "cp and rename"), (".incomplete", "cp and rename"),
        (".uploading", "cp and rename"), (".filepart", "scp and sftp of WinSCP"),
        (".part.minio", "mc"), (".gstmp", "gsutil"), ("~", "editors and cp --backup"),
    ]
    private static let compressions = [".gz", ".zst", ".zstd", ".lz4", ".bz2"]

    /// Whether what follows a segment's name makes it an unfinished one.
    ///
    /// Before such an ending may stand what a finished file would have, and a token of the program's; behind it the
    /// suffix of a compression, the number of a process, or the digits of a sum.
    static func follows(_ rest: ObjectName) -> Bool {
        guard let text = rest.utf8Text, !text.contains("/") else { return false }
        let name = withoutCompression(text[...])
        return endings.contains { ending in
            name.hasSuffix(ending.text) || isTokenBehind(ending.text, name)
        } || isProcessNumber(name)
    }

    /// Whether a name that begins with a dot is that of an unfinished segment.
    ///
    /// Such are rsync's `.NAME.XXXXXX`, and those of programs that hide what they write. `rest` is what follows the
    /// segment's name in it.
    static func followsHidden(_ rest: ObjectName) -> Bool {
        rest.hasPrefix(".") && !rest.bytes.contains(UInt8(ascii: "/"))
    }

    private static func withoutCompression(_ text: Substring) -> Substring {
        let suffix = compressions.first { text.hasSuffix($0) }
        return suffix.map { text.dropLast($0.utf8.count) } ?? text
    }

    /// `.tmp.1234`, `.tmpXyZ123` as of mktemp, `.partial-` and the 40 digits of pgBackRest's sum.
    private static func isTokenBehind(_ ending: String, _ name: Substring) -> Bool {
        guard let range = name.firstRange(of: ending) else { return false }
        let rest = name[range.upperBound...]
        let token = rest.drop { $0 == "." || $0 == "-" }
        let isApart = token.utf8.count < rest.utf8.count || ending == ".tmp" && token.utf8.count >= 6
        return isApart && (1...40).contains(token.utf8.count)
            && token.allSatisfy { $0.isLetter || $0.isNumber }
    }

    /// `.12345`, as `cp %p DIR/%f.$$` leaves it.
    private static func isProcessNumber(_ name: Substring) -> Bool {
        name.hasPrefix(".") && (2...8).contains(name.utf8.count)
            && name.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
