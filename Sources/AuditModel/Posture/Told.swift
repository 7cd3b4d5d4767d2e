// SPDX-License-Identifier: Apache-2.0

/// What somebody says of itself when asked: it may answer, or not, or may not have been asked.
///
/// Nothing is ever taken for an answer that is none.
public enum Told<Value: Sendable & Equatable & Codable>: Sendable, Equatable {
    case said(Value)
    /// Asked, and why nobody knows.
    case unknown(String)
    /// Why it was not asked.
    case notAsked(String)

    /// Nil where nobody knows.
    public var value: Value? { if case .said(let value) = self { value } else { nil } }

    /// Why nobody knows; nil where somebody does.
    public var reason: String? {
        switch self {
        case .said: nil
        case .unknown(let reason), .notAsked(let reason): reason
        }
    }
}

extension Told: Codable {
    private enum Key: String, CodingKey {
        case value, unknown, notAsked
    }

    /// Takes an answer before any reason; throws a `DecodingError` where there is neither.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        if let value = try fields.decodeIfPresent(Value.self, forKey: .value) {
            self = .said(value)
        } else if let reason = try fields.decodeIfPresent(String.self, forKey: .notAsked) {
            self = .notAsked(reason)
        } else {
            self = .unknown(try fields.decode(String.self, forKey: .unknown))
        }
    }

    /// Writes one field, which says by its name what it is: `value`, `unknown` or `notAsked`.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .said(let value): try fields.encode(value, forKey: .value)
        case .unknown(let reason): try fields.encode(reason, forKey: .unknown)
        case .notAsked(let reason): try fields.encode(reason, forKey: .notAsked)
        }
    }
}
