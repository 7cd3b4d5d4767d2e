// SPDX-License-Identifier: Apache-2.0

/// What a query gave: every value as PostgreSQL writes it, nil for NULL.
public struct QueryRows: Sendable, Equatable {
    /// Their names, in order.
    public let columns: [String]
    /// Each with as many values as there are columns.
    public let rows: [[String?]]
}

extension QueryRows {
    /// Reads what `COPY … TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)` writes, and nothing else.
    ///
    /// Each value stands in quotes, so what does not is NULL.
    init(csv bytes: [UInt8]) throws(QueryError) {
        var reader = CSVReader(bytes)
        let header = try reader.record()
        guard let header, !header.isEmpty, header != [CSVReader.Field(bytes: [], isQuoted: false)] else {
            throw .unexpectedAnswer("no columns")
        }
        var rows: [[String?]] = []
        while let record = try reader.record() {
            guard record.count == header.count else {
                throw .unexpectedAnswer("a row of \(record.count) values for \(header.count) columns")
            }
            rows.append(try record.map { (field) throws(QueryError) in try field.value() })
        }
        columns = try header.map { (field) throws(QueryError) in try field.text() }
        self.rows = rows
    }
}
