// SPDX-License-Identifier: Apache-2.0

/// Comparing secrets without telling by the time it takes where they differ.
public enum ConstantTime {
    /// Whether both are the same; only lengths that differ end it early.
    public static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
