// SPDX-License-Identifier: Apache-2.0

/// A setting in the syntax of postgresql.conf.
struct ConfigurationLine: Sendable, Equatable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

    /// `name = 'value'`, quotes and backslashes doubled (`GUC_scanstr` in
    /// src/backend/utils/misc/guc-file.l).
    ///
    /// The syntax has no way to write a line break, so a value with a control character is refused.
    func text() throws(PrivatePostgresError) -> String {
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .usage(
                "the value of \(name) has a line break or another control character",
                hint: "PostgreSQL's settings cannot hold one.")
        }
        let quoted = value.flatMap { $0 == "'" || $0 == "\\" ? [$0, $0] : [$0] }
        return "\(name) = '\(String(quoted))'"
    }
}

extension Sequence<ConfigurationLine> {
    func text() throws(PrivatePostgresError) -> String {
        var text = ""
        for line in self { text += try line.text() + "\n" }
        return text
    }
}
