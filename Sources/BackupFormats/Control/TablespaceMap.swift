// SPDX-License-Identifier: Apache-2.0

/// What `tablespace_map` says: where the tablespaces of a backup lay.
///
/// A line each, OID and absolute path; line breaks and backslashes in the path follow a backslash
/// (`do_pg_backup_start` and `read_tablespace_map` in src/backend/access/transam). PostgreSQL makes a symbolic
/// link of whatever stands there, so nothing but an OID and an absolute path without `..` is let through.
public struct TablespaceMap: Sendable, Equatable {
    /// By OID; the paths are those of the machine that was backed up.
    public var locations: [UInt32: [UInt8]]

    /// Reads the file; throws what is wrong with its first wrong line.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> TablespaceMap {
        var locations: [UInt32: [UInt8]] = [:]
        for (index, line) in try lines(bytes).enumerated() {
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")),
                let identifier = BackupManifest.objectIdentifier(line[..<blank])
            else { throw fault(index + 1, "an OID and a path", line) }
            let path = Array(line[(blank + 1)...])
            let parts = path.split(separator: UInt8(ascii: "/"))
            guard path.first == UInt8(ascii: "/"), !path.contains(0),
                !parts.contains(where: { $0.elementsEqual("..".utf8) })
            else { throw fault(index + 1, "an absolute path without '..'", line) }
            guard locations.updateValue(path, forKey: identifier) == nil else {
                throw fault(index + 1, "each tablespace once", line)
            }
        }
        return TablespaceMap(locations: locations)
    }

    /// The lines with their escapes resolved.
    private static func lines(_ bytes: [UInt8]) throws(FormatError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else {
                    throw fault(lines.count + 1, "a character after the backslash", line)
                }
                line.append(escaped)
            case UInt8(ascii: "\n"):
                lines.append(line)
                line = []
            default: line.append(byte)
            }
        }
        guard line.isEmpty else { throw fault(lines.count + 1, "a line break at the end", line) }
        return lines
    }

    private static func fault(_ line: Int, _ expected: String, _ found: [UInt8]) -> FormatError {
        .invalidFile(.tablespaceMap, place: "line \(line)", expected: expected, found: excerpt(found))
    }
}
