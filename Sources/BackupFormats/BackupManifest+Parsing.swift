// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension BackupManifest {
    /// Reads a manifest and checks it against its own checksum.
    ///
    /// Stricter than PostgreSQL's parser (src/common/parse_manifest.c): members stand in the order in which
    /// PostgreSQL writes them, each once; integers are plain and in range; paths are relative, have one
    /// spelling and no control characters, and no path and no timeline comes twice; a checksum is as long as its algorithm
    /// says; strings are UTF-8; nothing follows the last line. Takes one pass and memory in proportion to
    /// the files listed, whatever the input.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> BackupManifest {
        // Bytes that changed are told apart from bytes that never were a manifest.
        let lastLine = ManifestChecksum(endOf: bytes)
        try lastLine?.check(bytes)
        var reader = ManifestReader(bytes)
        let (version, system) = try header(&reader)
        let files = try self.files(&reader)
        let ranges = try walRanges(&reader)
        try reader.take(",")
        reader.skipBlanks()
        let offset = reader.position
        try reader.take(member: ManifestChecksum.member, afterComma: false)
        let value = reader.position
        let stated = try reader.string("a checksum")
        try reader.take("}")
        guard let lastLine, lastLine.offset == offset else {
            throw ManifestChecksum.fault(in: bytes, stated: stated, at: value)
        }
        return BackupManifest(
            version: version, systemIdentifier: system, files: files, walRanges: ranges,
            checksum: lastLine.stated)
    }

    private static func header(
        _ reader: inout ManifestReader
    ) throws(FormatError) -> (version: Int, system: UInt64?) {
        try reader.take("{")
        try reader.take(member: "PostgreSQL-Backup-Manifest-Version", afterComma: false)
        reader.skipBlanks()
        let offset = reader.position
        let version = try reader.integer(upTo: 2, "version 1 or 2")
        if version == 1 { return (1, nil) }
        guard version == 2 else { throw reader.fault("version 1 or 2", at: offset) }
        try reader.take(member: "System-Identifier")
        return (2, try reader.integer(upTo: .max, "a system identifier of 64 bits"))
    }

    private static func files(_ reader: inout ManifestReader) throws(FormatError) -> [ManifestFile] {
        try reader.take(member: "Files")
        try reader.take("[")
        var files: [ManifestFile] = []
        var paths: Set<ObjectName> = []
        var isFirst = true
        while try reader.nextElement(isFirst: &isFirst) {
            let offset = reader.position - 1
            let file = try ManifestFileMembers.take(&reader)
            guard paths.insert(file.path).inserted else {
                throw .invalidManifest(
                    offset: offset, expected: "each path once", found: "'\(file.path)' again")
            }
            files.append(file)
        }
        return files
    }

    private static func walRanges(_ reader: inout ManifestReader) throws(FormatError) -> [WALRange] {
        try reader.take(member: "WAL-Ranges")
        try reader.take("[")
        var ranges: [WALRange] = []
        var timelines: Set<UInt32> = []
        var isFirst = true
        while try reader.nextElement(isFirst: &isFirst) {
            let offset = reader.position - 1
            let range = try WALRangeMembers.take(&reader)
            guard timelines.insert(range.timeline).inserted else {
                throw .invalidManifest(
                    offset: offset, expected: "each timeline once", found: "\(range.timeline) again")
            }
            ranges.append(range)
        }
        return ranges
    }
}
