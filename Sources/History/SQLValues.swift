// SPDX-License-Identifier: Apache-2.0
import AuditModel
// GRDB takes and gives BLOBs as Foundation's Data only.
import Foundation
import GRDB

// How the words of the model are written into columns and read back. They do not conform to GRDB's
// protocols: such a conformance would be public, and GRDB visible to whoever imports this module.

/// A size, offset or count of bytes; what SQLite's signed integers cannot hold is clamped.
func column(_ bytes: UInt64?) -> Int64? { bytes.map { Int64(clamping: $0) } }

/// Nanoseconds since 1970.
func column(_ time: Timestamp?) -> Int64? { time?.nanoseconds }

/// The escaped name: it holds no NUL, at which SQLite's shell and `length()` would stop.
func column(_ name: ObjectName) -> String { name.description }

func column<Word: RawRepresentable<String>>(_ word: Word?) -> String? { word?.rawValue }

func column(_ bytes: [UInt8]) -> Data { Data(bytes) }

extension Row {
    func bytes(_ name: String) -> UInt64? { (self[name] as Int64?).map { UInt64(clamping: $0) } }

    func blob(_ name: String) -> [UInt8]? { (self[name] as Data?).map { Array($0) } }

    /// Reads a column that is never NULL.
    func time(_ name: String) -> Timestamp { Timestamp(nanoseconds: self[name]) }
    func timeIfAny(_ name: String) -> Timestamp? { (self[name] as Int64?).map(Timestamp.init(nanoseconds:)) }

    func objectName(_ name: String) -> ObjectName? {
        guard let text = self[name] as String? else { return nil }
        return text.utf8.contains(UInt8(ascii: "\\")) ? ObjectName(escaped: text) : ObjectName(text)
    }

    /// A word of the model; nil for NULL, and for a word that only a newer program knows.
    func word<Word: RawRepresentable<String>>(_ name: String) -> Word? {
        (self[name] as String?).flatMap(Word.init(rawValue:))
    }
}

/// The columns in which every table keeps validators, in the order of `Validators.columns`.
extension Validators {
    static let columnNames = "size, etag, version, modified, changed, inode"

    var columns: [(any DatabaseValueConvertible)?] {
        [column(size), etag, version, column(modified), column(changed), inode.map { Int64(bitPattern: $0) }]
    }

    /// Reads `columnNames`; nil when the row has no validators.
    init?(_ row: Row) {
        guard let size = row.bytes("size") else { return nil }
        self.init(
            size: size, etag: row["etag"], version: row["version"], modified: row.timeIfAny("modified"),
            changed: row.timeIfAny("changed"), inode: (row["inode"] as Int64?).map { UInt64(bitPattern: $0) })
    }
}
