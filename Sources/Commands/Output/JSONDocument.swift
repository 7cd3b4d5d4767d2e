// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation

/// Writes a value as the one document of `--json`.
enum JSONDocument {
    static func text(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    /// On one line, for logs.
    static func line(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}

/// `pg_backctl.error/1`: how any failure looks to a program.
struct ErrorDocument: Encodable {
    let schema = "pg_backctl.error/1"
    var exitStatus: Int32
    var message: String
    var hints: [String]

    init(_ error: any UserError) {
        (exitStatus, message, hints) = (error.exitStatus.rawValue, error.message, error.hints)
    }

    init(_ status: ExitStatus, message: String, hints: [String] = []) {
        (exitStatus, self.message, self.hints) = (status.rawValue, message, hints)
    }
}
