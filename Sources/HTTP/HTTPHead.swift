// SPDX-License-Identifier: Apache-2.0

/// Status and headers of a final response (never of an informational one).
public struct HTTPHead: Sendable {
    /// The status code of the final reply.
    public let status: Int
    private let fields: [(name: String, value: String)]

    /// Headers in the order of the response; a name may come several times, in any case of its letters.
    public init(status: Int, headers: [(name: String, value: String)] = []) {
        (self.status, fields) = (status, headers)
    }

    /// The value of the last header of this name, whatever the case of its letters.
    public func value(_ name: String) -> String? {
        fields.last { $0.name.isSameFieldName(as: name) }?.value
    }

    /// The values of all headers of this name, in the order of the response.
    public func values(_ name: String) -> [String] {
        fields.filter { $0.name.isSameFieldName(as: name) }.map(\.value)
    }

    /// How many bytes the server announces; nil when it does not say, so that the end of the connection
    /// or the last chunk ends the body.
    public var contentLength: UInt64? {
        value("content-length").flatMap(UInt64.init)
    }
}
