// SPDX-License-Identifier: Apache-2.0

/// The failed attempts of one operation, told in one line.
///
/// `6 attempts: 4 x connection cut at byte 1,048,576; 2 x HTTP 503 SlowDown`
struct Attempts: Equatable {
    private(set) var count = 0
    private var reasons: [(reason: String, count: Int)] = []
    private var unnamed = 0

    /// More different reasons than this are only counted.
    private static let reasonsKept = 6

    mutating func add(_ reason: String) {
        count += 1
        if let index = reasons.firstIndex(where: { $0.reason == reason }) {
            reasons[index].count += 1
        } else if reasons.count < Self.reasonsKept {
            reasons.append((reason, 1))
        } else {
            unnamed += 1
        }
    }

    var summary: String {
        var parts = reasons.map { "\($0.count) x \($0.reason)" }
        if unnamed > 0 { parts.append("\(unnamed) x other failures") }
        return "\(count) \(count == 1 ? "attempt" : "attempts"): \(parts.joined(separator: "; "))"
    }

    static func == (left: Attempts, right: Attempts) -> Bool { left.summary == right.summary }
}
