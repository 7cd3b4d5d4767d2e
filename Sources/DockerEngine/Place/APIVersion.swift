// SPDX-License-Identifier: Apache-2.0

/// A version of the Engine API, such as 1.41.
public struct APIVersion: Sendable, Comparable, CustomStringConvertible {
    /// Before the dot.
    public let major: Int
    /// After it.
    public let minor: Int

    /// That version.
    public init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

    /// Two short numbers and a dot; nil for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy { (0x30...0x39).contains($0) } }),
            let major = Int(Substring(parts[0])), let minor = Int(Substring(parts[1]))
        else { return nil }
        self.init(major, minor)
    }

    /// As the path of a request has it behind its `v`, such as `1.41`.
    public var description: String { "\(major).\(minor)" }

    /// By the major number, then by the minor: 1.9 is before 1.41.
    public static func < (one: APIVersion, other: APIVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    /// What this program speaks: mounts came with the lowest (Docker 1.13), and what came after the highest (Docker 27) it
    /// does not know.
    static let ours = APIVersion(1, 25)...APIVersion(1, 47)

    /// The highest version that both sides speak; nil when there is none.
    static func common(lowest: APIVersion?, highest: APIVersion) -> APIVersion? {
        let version = min(ours.upperBound, highest)
        return version >= max(ours.lowerBound, lowest ?? ours.lowerBound) ? version : nil
    }
}
