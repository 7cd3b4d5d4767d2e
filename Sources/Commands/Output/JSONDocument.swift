// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation

/// Writes a value as the one document of `--json`.
enum JSONDocument {
    static func text(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return tame(String(decoding: try encoder.encode(document), as: UTF8.self))
    }

    /// On one line, for logs.
    static func line(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return tame(String(decoding: try encoder.encode(document), as: UTF8.self))
    }

    /// The same document without characters that steer a terminal or cannot be seen.
    ///
    /// The encoder escapes what JSON forbids; names from a store hold worse. Such characters stand in strings
    /// only, where an escape means the same.
    private static func tame(_ text: String) -> String {
        // Almost every document is plain ASCII, and asking Unicode for each character costs more than encoding.
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == UInt8(ascii: "\n") }
        guard !isPlain else { return text }
        var tame = ""
        for scalar in text.unicodeScalars {
            guard isWild(scalar) else {
                tame.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                tame += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return tame
    }

    private static func isWild(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n"
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
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
