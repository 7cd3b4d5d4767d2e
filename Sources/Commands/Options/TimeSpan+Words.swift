// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension TimeSpan {
    /// What stands after an option, in seconds; throws for what is no length of time.
    static func typed(_ text: String) throws -> Double {
        guard let seconds = seconds(text) else {
            throw CommandError.usage(
                "'\(ObjectName(text))' is no length of time", hint: "such as 30m, 4h or 2d.")
        }
        return seconds
    }
}
