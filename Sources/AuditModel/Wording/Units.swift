// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them: one wording for every text that this program writes.
public enum Units {
    /// A size in bytes, in powers of 1000 and with three significant digits: `22.4 GB`.
    public static func bytes(_ count: UInt64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(count)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return (unit == 0 ? String(count) : significant(value)) + " " + units[unit]
    }

    /// Bytes over seconds: `546 MB/s`; empty when no time has passed.
    public static func rate(_ bytes: UInt64, seconds: Double) -> String {
        // Sizes come from listings, so that the quotient may be more than fits.
        seconds > 0 ? Self.bytes(UInt64(min(Double(bytes) / seconds, 1e18))) + "/s" : ""
    }

    /// A number of seconds: `850 ms`, `41 s`, `12 min`, `3 h 20 min`, `5 d`; a negative one is none.
    public static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: return "\(Int(max(0, seconds) * 1000)) ms"
        case ..<120: return "\(Int(seconds.rounded())) s"
        case ..<7200: return "\(Int((seconds / 60).rounded())) min"
        case ..<172_800:
            let minutes = Int(seconds / 60)
            return "\(minutes / 60) h \(minutes % 60) min"
        default: return "\(Int(min(seconds / 86_400, 1e9))) d"
        }
    }

    /// With commas between thousands, for offsets that people compare: `3,221,225,472`.
    public static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        return String(
            digits.enumerated().flatMap { index, digit in
                index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
            })
    }

    /// A number of things, which are called `noun` when there is one: `1 backup`, `1,204 objects`.
    public static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(UInt64(max(0, number)))) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func significant(_ value: Double) -> String {
        let decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        let scale = [1.0, 10, 100][decimals]
        let scaled = Int((value * scale).rounded())
        guard decimals > 0 else { return String(scaled) }
        let fraction = String(scaled % Int(scale))
        let padding = String(repeating: "0", count: decimals - fraction.count)
        return "\(scaled / Int(scale)).\(padding)\(fraction)"
    }
}
