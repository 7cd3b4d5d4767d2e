// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import ObjectStore

/// A question to one of the stores that are lent.
struct LendingQuestion: Codable, Equatable {
    enum Wish: Codable, Equatable {
        case list(prefix: ObjectName)
        case head(ObjectName)
        case older(ObjectName)
        case read(ObjectName, from: UInt64, to: UInt64, expected: WrittenValidators, isSecondLook: Bool)
    }

    /// Which of the stores, counted from 0.
    var store: Int
    var wish: Wish
}

/// What stands at the end of an answer.
struct LendingEnd: Codable, Equatable {
    /// Of `head`.
    var object: WrittenObject?
    /// Of `older`.
    var older: WrittenObject?
    /// Of `older`: when it was overwritten or deleted.
    var superseded: WrittenTime?
    /// Of `read`.
    var statistics: ReadStatistics?
}

extension ReadRequest {
    /// Nil for a range that is none.
    init?(_ name: ObjectName, from: UInt64, to: UInt64, expected: Validators, isSecondLook: Bool) {
        guard from <= to, to <= expected.size else { return nil }
        self.init(name, range: from..<to, expected: expected, isSecondLook: isSecondLook)
    }
}

/// How words are written down, in JSON: names byte for byte, times to the nanosecond.
enum LendingJSON {
    static func bytes(_ words: some Encodable) -> [UInt8] {
        // Nothing that is sent holds a number that JSON has not.
        (try? JSONEncoder().encode(words)).map { Array($0) } ?? []
    }

    /// Nil when they are no such words.
    static func words<Words: Decodable>(_ bytes: [UInt8], _ words: Words.Type = Words.self) -> Words? {
        try? JSONDecoder().decode(words, from: Data(bytes))
    }
}
