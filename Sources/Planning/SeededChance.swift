// SPDX-License-Identifier: Apache-2.0

/// Chance that comes out the same for the same seed and words, on every machine: SplitMix64 over FNV-1a.
///
/// Good for spreading and for sampling that a record can repeat; not for secrets.
struct SeededChance {
    private var state: UInt64

    /// `words` tell uses of one seed apart.
    init(seed: UInt64, _ words: String...) {
        state = seed
        for word in words {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            state = Self.mixed(state ^ hash)
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number from 0 up to and without `count`, which is more than 0.
    mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
