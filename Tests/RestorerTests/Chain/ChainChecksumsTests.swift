// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Restorer

@Suite struct `A chain over a change of data checksums` {
    /// `+` has checksums, `-` has none; the full backup first.
    @Test(arguments: [
        ("+", nil), ("-", nil), ("++", nil), ("--", nil), ("+-", nil), ("-+", 0), ("+-+", 1), ("++-+", 2),
        ("-+-", nil),
    ])
    func `is unsafe from the first without them on, where the last has them`(
        _ links: String, _ first: Int?
    ) {
        #expect(ChainChecksums.firstWithout(links.map { $0 == "+" }) == first)
    }
}
