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

/// A number of seconds; what is none counts as no time.
func column(seconds: Double) -> Double { seconds.isFinite ? max(0, seconds) : 0 }

/// A list or value that is only ever read as a whole.
func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

extension ObjectName {
    init?(column text: String) {
        guard text.utf8.contains(UInt8(ascii: "\\")) else {
            self.init(text)
            return
        }
        self.init(escaped: text)
    }
}

extension Row {
    func bytes(_ name: String) -> UInt64? { (self[name] as Int64?).map { UInt64(clamping: $0) } }

    func blob(_ name: String) -> [UInt8]? { (self[name] as Data?).map { Array($0) } }

    /// Reads a column that is never NULL.
    func time(_ name: String) -> Timestamp { Timestamp(nanoseconds: self[name]) }
    func timeIfAny(_ name: String) -> Timestamp? { (self[name] as Int64?).map(Timestamp.init(nanoseconds:)) }

    func objectName(_ name: String) -> ObjectName? {
        (self[name] as String?).flatMap(ObjectName.init(column:))
    }
    func objectName(at index: Int) -> ObjectName? {
        (self[index] as String?).flatMap(ObjectName.init(column:))
    }

    /// What `json` wrote; empty for NULL, and when a newer program wrote words that this one cannot read.
    func list<Element: Decodable>(_ name: String) -> [Element] {
        guard let text: String = self[name] else { return [] }
        return (try? JSONDecoder().decode([Element].self, from: Data(text.utf8))) ?? []
    }

    /// A single value that `json` wrote; nil for NULL, and when a newer program wrote what this one cannot read.
    func value<Value: Decodable>(_ name: String) -> Value? {
        (self[name] as String?).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
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

    /// Reads a row that begins with `columnNames`; nil when it has no validators.
    init?(_ row: Row) {
        guard let size = row[0] as Int64? else { return nil }
        self.init(
            size: UInt64(clamping: size), etag: row[1], version: row[2],
            modified: (row[3] as Int64?).map(Timestamp.init(nanoseconds:)),
            changed: (row[4] as Int64?).map(Timestamp.init(nanoseconds:)),
            inode: (row[5] as Int64?).map { UInt64(bitPattern: $0) })
    }
}
