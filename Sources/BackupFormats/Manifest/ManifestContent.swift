// SPDX-License-Identifier: Apache-2.0

/// What a manifest said so far, read part by part: its head, each file, each range of WAL, its end.
///
/// A part comes with the comma before it and the end of the list that it follows.
struct ManifestContent {
    private enum Part { case head, file, range, end }

    private var next = Part.head
    private var isFirst = true
    private var version = 1
    private(set) var systemIdentifier: UInt64?
    private var files = ManifestFiles()
    private var walRanges: [WALRange] = []
    /// PostgreSQL writes one for each timeline that the backup spans, which is one but for standbys.
    private static let mostRanges = 1000
    private var timelines: Set<UInt32> = []
    /// Nil until the end was read.
    private(set) var claim: ManifestClaim?

    func manifest(checksum: String) -> BackupManifest {
        BackupManifest(
            version: version, systemIdentifier: systemIdentifier, files: files, walRanges: walRanges,
            checksum: checksum)
    }

    mutating func takeNext(_ reader: inout ManifestReader) throws(FormatError) {
        switch next {
        case .head: try takeHead(&reader)
        case .file: try takeFile(&reader)
        case .range: try takeRange(&reader)
        case .end: try takeEnd(&reader)
        }
    }

    private mutating func takeHead(_ reader: inout ManifestReader) throws(FormatError) {
        try reader.take("{")
        try reader.take(member: "PostgreSQL-Backup-Manifest-Version", afterComma: false)
        reader.skipBlanks()
        let offset = reader.position
        let number = try reader.integer(upTo: 2, "version 1 or 2")
        guard number > 0 else { throw reader.fault("version 1 or 2", at: offset) }
        if number == 2 {
            version = 2
            try reader.take(member: "System-Identifier")
            systemIdentifier = try reader.integer(upTo: .max, "a system identifier of 64 bits")
        }
        try begin("Files", .file, &reader)
    }

    private mutating func takeFile(_ reader: inout ManifestReader) throws(FormatError) {
        guard try reader.nextElement(isFirst: &isFirst) else {
            return try begin("WAL-Ranges", .range, &reader)
        }
        try ManifestFileMembers.take(&reader, into: &files)
    }

    private mutating func takeRange(_ reader: inout ManifestReader) throws(FormatError) {
        guard try reader.nextElement(isFirst: &isFirst) else { return next = .end }
        let offset = reader.position - 1
        let range = try WALRangeMembers.take(&reader)
        guard timelines.insert(range.timeline).inserted else {
            throw .invalidManifest(
                offset: offset, expected: "each timeline once", found: "\(range.timeline) again")
        }
        guard walRanges.count < Self.mostRanges else {
            throw .invalidManifest(
                offset: offset, expected: "\(Self.mostRanges) ranges of WAL at most", found: "more")
        }
        walRanges.append(range)
    }

    private mutating func takeEnd(_ reader: inout ManifestReader) throws(FormatError) {
        try reader.take(",")
        reader.skipBlanks()
        let offset = reader.position
        try reader.take(member: ManifestSeal.member, afterComma: false)
        let value = reader.position
        let stated = try reader.string("a checksum")
        try reader.take("}")
        claim = ManifestClaim(
            offset: offset, valueOffset: value, stated: stated, excerpt: reader.whatStands(at: value))
    }

    /// Takes the name of a list and its start.
    private mutating func begin(
        _ list: String, _ part: Part, _ reader: inout ManifestReader
    ) throws(FormatError) {
        try reader.take(member: list)
        try reader.take("[")
        (next, isFirst) = (part, true)
    }
}
