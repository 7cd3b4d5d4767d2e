// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

/// What the objects that begin with a file's name are.
struct WALCandidates: Equatable {
    /// The file itself, plain or compressed.
    private(set) var readable: [StoredWAL] = []
    /// The beginning of a segment, whose writer has not finished it or who copied it has not.
    private(set) var unfinished: [StoredWAL] = []
    /// The file in another form, or something beside it.
    private(set) var foreign: ObjectName?

    private static let compressed = ["", ".gz", ".zst", ".zstd", ".lz4", ".bz2"]
    /// What an archiver notes beside a segment.
    private static let notes = [".ready", ".done", ".ok"]

    /// Judges an object by what follows the file's name in its own.
    mutating func add(_ object: StoredObject, place: ObjectName, of file: ArchivedWALFile) {
        let rest = object.name.dropping(place.bytes.count)
        if let sum = Self.sum(in: rest, of: file) {
            readable.append(StoredWAL(object: object, sha1: sum.isEmpty ? nil : sum))
        } else if UnfinishedName.follows(rest) {
            if file.segment != nil { unfinished.append(StoredWAL(object: object)) }
        } else if !rest.hasSuffix(".backup"), !isBackupHistory(rest, file),
            !Self.notes.contains(where: rest.hasSuffix)
        {
            foreign = object.name
        }
    }

    /// Judges an object whose name begins with a dot and the file's name.
    mutating func addHidden(_ object: StoredObject, place: ObjectName) {
        guard UnfinishedName.followsHidden(object.name.dropping(place.bytes.count)) else { return }
        unfinished.append(StoredWAL(object: object))
    }

    private func isBackupHistory(_ rest: ObjectName, _ file: ArchivedWALFile) -> Bool {
        file.segment != nil && rest.bytes.count > 16 && rest.dropping(9).hasPrefix(".backup")
    }

    /// Whether what follows a file's name makes it that file, plain or compressed.
    static func isReadable(_ rest: ObjectName, of file: ArchivedWALFile) -> Bool {
        sum(in: rest, of: file) != nil
    }

    /// The digits of the SHA-1 that pgBackRest puts behind a segment's name, or none; nil when it is another
    /// file altogether.
    private static func sum(in rest: ObjectName, of file: ArchivedWALFile) -> String? {
        guard let text = rest.utf8Text else { return nil }
        if compressed.contains(text) { return "" }
        let digits = text.dropFirst().prefix(40)
        guard file.segment != nil, text.hasPrefix("-"), digits.utf8.count == 40,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            compressed.contains(String(text.dropFirst(41)))
        else { return nil }
        return String(digits)
    }
}
