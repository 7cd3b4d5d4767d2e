// SPDX-License-Identifier: Apache-2.0

/// The paths of an archive so far, kept as 64-bit hashes with a key of this process: an archive cannot be
/// made to collide, and a million members need 40 MiB at most.
struct PathSet {
    enum Novelty { case new, duplicate, caseTwin }

    private var exact: Set<Int> = []
    /// Of those that have capitals, in small letters.
    private var folded: Set<Int> = []

    var count: Int { exact.count }

    /// Adds a path, and says whether it was there, or one that differs only in the case of ASCII letters.
    mutating func insert(_ path: [UInt8]) -> Novelty {
        let hash = path.hashValue
        guard exact.insert(hash).inserted else { return .duplicate }
        guard path.contains(where: Self.isCapital) else { return folded.contains(hash) ? .caseTwin : .new }
        let lower = path.map { Self.isCapital($0) ? $0 | 0x20 : $0 }.hashValue
        return folded.insert(lower).inserted && !exact.contains(lower) ? .new : .caseTwin
    }

    private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
