// SPDX-License-Identifier: Apache-2.0

/// Comparing secrets without telling by the time it takes where they differ.
public enum ConstantTime {
    /// Whether they are the same; it takes as long as the secret is, whatever is wrong with `given`.
    public static func isSecret(_ secret: [UInt8], _ given: [UInt8]) -> Bool {
        var difference: UInt8 = secret.count == given.count ? 0 : 1
        for index in secret.indices { difference |= secret[index] ^ (index < given.count ? given[index] : 0) }
        return difference == 0
    }
}
