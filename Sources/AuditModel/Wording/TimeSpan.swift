// SPDX-License-Identifier: Apache-2.0

/// A length of time as people type it: `30s`, `15m`, `4h`, `2d`, `1w`.
public enum TimeSpan {
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    /// In seconds: what is longer was not meant.
    private static let longest = 366.0 * 86_400

    /// In seconds; nil for what is none, nothing at all, or longer than a year.
    ///
    /// A blank may stand before the unit.
    public static func seconds(_ text: String) -> Double? {
        guard let unit = text.last.flatMap({ units[$0] }) else { return nil }
        let number = text.dropLast()
        let digits = number.last == " " ? number.dropLast() : number
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = UInt32(digits), count > 0
        else { return nil }
        let seconds = Double(count) * unit
        return seconds <= longest ? seconds : nil
    }
}
