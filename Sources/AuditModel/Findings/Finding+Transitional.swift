// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// A finding in words alone, for where no case of `Fact` is chosen yet.
    public init(
        _ code: FindingCode, _ severity: Severity = .error, object: ObjectName? = nil, member: String? = nil,
        offset: UInt64? = nil, length: UInt64? = nil, expected: String? = nil, found: String? = nil,
        cause: Cause? = nil, message: String
    ) {
        self = .recorded(
            code, severity, object: object, member: member, offset: offset, length: length,
            expected: expected,
            found: found, cause: cause, message: message)
    }
}
