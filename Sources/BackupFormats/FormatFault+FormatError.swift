// SPDX-License-Identifier: Apache-2.0
public import AuditModel

extension Finding.FormatFault {
    /// The fact that an error of a parser is to a finding: its message, with what was expected and found.
    public init(_ error: FormatError) {
        self.init(reason: error.message, expected: error.expected, found: error.found)
    }
}
