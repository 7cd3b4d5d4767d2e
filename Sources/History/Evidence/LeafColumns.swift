// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import GRDB

/// How rows become JSON that is always the same: by the names that a query gives its columns.
///
/// A name is a path of members, `backup.url`. What follows it says what the value is: `@` a time, to the nanosecond; `#` seconds,
/// told as nanoseconds; `?` true or false; `$` a text of which the SHA-256 is told. What is NULL is left out. A fraction without such a
/// mark is told as text.
struct LeafColumns {
    private enum Meaning {
        case plain, time, seconds, truth, digest
    }

    private let columns: [(path: [String], meaning: Meaning)]
    /// The columns in the order in which their members are written, each with what comes before its value.
    private let inOrder: [(index: Int, head: [UInt8])]

    init(_ row: Row) {
        columns = row.columnNames.map { name in
            let meaning: Meaning =
                switch name.last {
                case "@": .time
                case "#": .seconds
                case "?": .truth
                case "$": .digest
                default: .plain
                }
            let bare = meaning == .plain ? name[...] : name.dropLast()
            return (bare.split(separator: ".").map(String.init), meaning)
        }
        inOrder = columns.enumerated().map { index, column in (index, column.path.joined(separator: ".")) }
            .sorted { $0.1.utf16.lexicographicallyPrecedes($1.1.utf16) }
            .map { index, name in (index, CanonicalJSON.text(name).bytes + [UInt8(ascii: ":")]) }
    }

    /// Adds the bytes of `object(row)` and an end of line, for rows of which there may be millions.
    ///
    /// - Precondition: no name is a path.
    func append(_ row: Row, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (index, head) in inOrder {
            guard let value = Self.value(row[index] as DatabaseValue, columns[index].meaning) else {
                continue
            }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes += head
            value.append(to: &bytes)
        }
        bytes += "}\n".utf8
    }

    func object(_ row: Row) -> CanonicalJSON {
        var members: [String: CanonicalJSON] = [:]
        for (index, column) in columns.enumerated() {
            guard let value = Self.value(row[index] as DatabaseValue, column.meaning) else { continue }
            Self.put(value, at: column.path[...], &members)
        }
        return .object(members)
    }

    private static func put(
        _ value: CanonicalJSON, at path: ArraySlice<String>, _ members: inout [String: CanonicalJSON]
    ) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            members[name] = value
            return
        }
        var inner: [String: CanonicalJSON] = [:]
        if case .object(let known)? = members[name] { inner = known }
        put(value, at: path.dropFirst(), &inner)
        members[name] = .object(inner)
    }

    private static func value(_ value: DatabaseValue, _ meaning: Meaning) -> CanonicalJSON? {
        switch (value.storage, meaning) {
        case (.null, _): nil
        case (.int64(let number), .time): .text(Timestamp(nanoseconds: number).precise)
        case (.int64(let number), .truth): .truth(number != 0)
        case (.int64(let number), .seconds):
            .number(Int64(exactly: (Double(number) * 1e9).rounded()) ?? .max)
        case (.double(let seconds), .seconds):
            .number(Int64(exactly: (seconds * 1e9).rounded()) ?? .max)
        case (.int64(let number), _): .number(number)
        case (.double(let number), _): .text("\(number)")
        case (.string(let text), .digest): .text(SHA256.digest(of: Array(text.utf8)).hex)
        case (.string(let text), _): .text(text)
        case (.blob(let bytes), _): .text(SHA256.digest(of: Array(bytes)).hex)
        }
    }
}
