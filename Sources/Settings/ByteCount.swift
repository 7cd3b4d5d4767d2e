// SPDX-License-Identifier: Apache-2.0

/// Sizes as people write them, in the configuration and in options: `500GB`, `2GiB`, `50M`.
///
/// `k`, `M`, `G`, `T`, `P` are powers of 1000, with an `i` of 1024; a `B` behind it changes nothing.
public enum ByteCount {
    private static let units: [Character: Int] = ["k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5]

    /// Nil for what is none, nothing at all, or does not fit 63 bits.
    public static func bytes(_ text: String) -> UInt64? {
        guard let match = text.wholeMatch(of: /([0-9]{1,18}) ?([kKMGTP])(i?)B?/),
            let number = UInt64(match.1), number > 0, let power = match.2.first.flatMap({ units[$0] })
        else { return nil }
        let base: UInt64 = match.3.isEmpty ? 1000 : 1024
        let (product, overflow) = number.multipliedReportingOverflow(
            by: (0..<power).reduce(1) { unit, _ in unit * base })
        return overflow || product > UInt64(Int64.max) ? nil : product
    }
}
