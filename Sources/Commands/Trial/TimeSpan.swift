// SPDX-License-Identifier: Apache-2.0

/// A length of time as it is typed: `30m`, `4h`, `2d`.
enum TimeSpan {
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    /// In seconds; throws for what is none, or longer than a year.
    static func seconds(_ text: String) throws -> Double {
        guard let last = text.last, let unit = units[last], let count = UInt32(text.dropLast()), count > 0,
            Double(count) * unit <= 366 * 86_400
        else {
            throw CommandError.usage("'\(text)' is no length of time", hint: "such as 30m, 4h or 2d.")
        }
        return Double(count) * unit
    }
}
