// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import YAML

/// Why a file of checks cannot be taken; no check of it runs then.
public struct CheckFileError: UserError, Equatable {
    /// As it was named.
    public var file: String
    /// Where in it, from 1; nil where it is about the whole file.
    public var line, column: Int?
    /// What is wrong there, without a full stop.
    public var reason: String
    var hint: String

    init(_ file: String, line: Int? = nil, column: Int? = nil, _ reason: String, hint: String) {
        (self.file, self.line, self.column) = (file, line, column)
        (self.reason, self.hint) = (reason, hint)
    }

    init(_ file: String, _ fault: YAMLFault) {
        self.init(
            file, line: fault.place?.line, column: fault.place?.column, fault.reason, hint: fault.hint)
    }

    /// Names the file, and the line and column where the fault has them.
    public var message: String {
        let place = line.map { ", line \($0)" + (column.map { ", column \($0)" } ?? "") } ?? ""
        return "'\(ObjectName(file))'\(place): \(reason)"
    }

    /// Always one: what to write instead.
    public var hints: [String] { [hint] }
    /// Always 14, as for any argument that cannot be taken.
    public var exitStatus: ExitStatus { .usage }
}
