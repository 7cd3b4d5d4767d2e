// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import Settings

/// `pg_backctl.config.check/1`: what is wrong with a configuration, and what it will do.
struct ConfigDocument: Encodable {
    let schema = "pg_backctl.config.check/1"
    var exitStatus: Int32
    var file: String
    var faults: [Fault]
    var parts: [Part]
    var secrets: [Secret]

    struct Fault: Encodable {
        var line, column: Nullable<Int>
        var message, hint: String
    }

    struct Part: Encodable {
        var title: String
        var lines: [String]
    }

    struct Secret: Encodable {
        var name, use: String
        var isThere: Bool
        var absence: Nullable<String>
        var isReadableByOthers: Bool
    }

    init(_ checked: CheckedConfiguration) {
        exitStatus = (checked.faults.isEmpty ? ExitStatus.success : .usage).rawValue
        file = checked.configuration.file
        faults = checked.faults.map {
            Fault(
                line: Nullable($0.line), column: Nullable($0.column), message: $0.reason,
                hint: $0.hint)
        }
        parts =
            checked.faults.isEmpty
            ? ConfigSections(checked.configuration).all.map { Part(title: $0.title, lines: $0.lines) } : []
        secrets = checked.secrets.map {
            Secret(
                name: $0.name, use: $0.use, isThere: $0.absence == nil, absence: Nullable($0.absence),
                isReadableByOthers: $0.isReadableByOthers)
        }
    }
}
