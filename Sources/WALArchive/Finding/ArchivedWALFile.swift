// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

/// What PostgreSQL can ask an archive of WAL for.
public enum ArchivedWALFile: Sendable, Hashable {
    case segment(WALFileName)
    /// The history of a timeline.
    case history(UInt32)
    /// What a backup left in the archive: the segment it starts in, and the whole name.
    case backupHistory(WALFileName, String)

    /// Reads a file's name as PostgreSQL gives it for `%f`: no path, no suffix.
    public init(_ name: String) throws(WALArchiveError) {
        guard let file = Self.parsed(name) else { throw .invalidName(name) }
        self = file
    }

    private static func parsed(_ name: String) -> ArchivedWALFile? {
        let bytes = Array(name.utf8)
        if let segment = WALFileName(bytes) { return segment.timeline > 0 ? .segment(segment) : nil }
        // PostgreSQL asks for that of the first timeline too, which has none, when it leaves it.
        if let timeline = TimelineHistory.timeline(ofName: ObjectName(name)) { return .history(timeline) }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].elementsEqual("backup".utf8), isNumber(parts[1]),
            let segment = WALFileName(Array(parts[0]))
        else { return nil }
        return .backupHistory(segment, name)
    }

    /// Eight upper-case hex digits.
    private static func isNumber(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.count == 8
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }
    }

    /// The segment's name; nil for any other file.
    public var segment: WALFileName? {
        if case .segment(let name) = self { name } else { nil }
    }

    /// The folder of those archives that have one for every 4 GiB of WAL.
    var group: String? {
        switch self {
        case .segment(let name), .backupHistory(let name, _): String("\(name)".prefix(16))
        case .history: nil
        }
    }

    /// How many bytes it may have, unpacked.
    var sizeLimit: UInt64 {
        switch self {
        case .segment: 1 << 30
        case .history, .backupHistory: UInt64(TimelineHistory.sizeLimit)
        }
    }
}

extension ArchivedWALFile: CustomStringConvertible {
    /// Its name, as PostgreSQL gives it for `%f`.
    public var description: String {
        switch self {
        case .segment(let name): "\(name)"
        case .history(let timeline): TimelineHistory.name(of: timeline)
        case .backupHistory(_, let name): name
        }
    }
}
