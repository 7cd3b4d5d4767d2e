// SPDX-License-Identifier: Apache-2.0

/// Takes apart comma-separated values as PostgreSQL's COPY writes them: quotes doubled, a line feed after each record.
struct CSVReader {
    struct Field: Equatable {
        var bytes: [UInt8]
        var isQuoted: Bool

        /// Nil for NULL.
        func value() throws(QueryError) -> String? {
            guard isQuoted || !bytes.isEmpty else { return nil }
            guard isQuoted else { throw .unexpectedAnswer("a value without quotes") }
            return try text()
        }

        func text() throws(QueryError) -> String {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .unexpectedAnswer("a value that is no UTF-8")
            }
            return text
        }
    }

    private static let (quote, comma, lineFeed) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"))

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next record; nil at the end.
    mutating func record() throws(QueryError) -> [Field]? {
        guard position < bytes.count else { return nil }
        var fields: [Field] = []
        while true {
            fields.append(try field())
            guard position < bytes.count else { throw .unexpectedAnswer("a record without an end") }
            let separator = bytes[position]
            position += 1
            if separator == Self.lineFeed { return fields }
            guard separator == Self.comma else { throw .unexpectedAnswer("something after a value's quotes") }
        }
    }

    private mutating func field() throws(QueryError) -> Field {
        guard position < bytes.count, bytes[position] == Self.quote else { return try plainField() }
        position += 1
        var value: [UInt8] = []
        while let end = bytes[position...].firstIndex(of: Self.quote) {
            value += bytes[position..<end]
            position = end + 1
            guard position < bytes.count, bytes[position] == Self.quote else {
                return Field(bytes: value, isQuoted: true)
            }
            value.append(Self.quote)
            position += 1
        }
        throw .unexpectedAnswer("quotes without an end")
    }

    private mutating func plainField() throws(QueryError) -> Field {
        let rest = bytes[position...]
        let value = rest.prefix { $0 != Self.comma && $0 != Self.lineFeed }
        guard !value.contains(Self.quote) else { throw .unexpectedAnswer("quotes inside of a value") }
        position = value.endIndex
        return Field(bytes: Array(value), isQuoted: false)
    }
}
