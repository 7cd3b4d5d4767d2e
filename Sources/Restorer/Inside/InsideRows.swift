// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension InsideView.Database {
    /// Of a row of `InsideStatements.databases`; nil for one that makes no sense.
    init?(_ row: [String?]) {
        guard row.count == 5, let identifier = row[0].flatMap({ UInt32($0) }),
            let name = InsideStatements.name(row[1])
        else { return nil }
        self.init(
            identifier: identifier, name: name, allowsConnections: row[2] == "t",
            isInvalid: row[3] == InsideStatements.invalidLimit, hasFiles: row[4] != nil)
    }

    /// Whether it is one that has to take a connection.
    var isToBeAsked: Bool { allowsConnections && !isInvalid && hasFiles }
}

extension InsideView.Tablespace {
    /// Of a row of `InsideStatements.tablespaces`.
    init?(_ row: [String?]) {
        guard row.count == 3, let identifier = row[0].flatMap({ UInt32($0) }),
            let name = InsideStatements.name(row[1])
        else { return nil }
        self.init(identifier: identifier, name: name, hasDirectory: row[2] == "t")
    }
}
