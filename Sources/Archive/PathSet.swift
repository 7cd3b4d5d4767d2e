// SPDX-License-Identifier: Apache-2.0

/// The paths of an archive so far, kept as 64-bit hashes with a key of this process: an archive cannot be
/// made to collide, and a million members need a few MiB.
struct PathSet {
    enum Novelty { case new, duplicate, caseTwin }

    private var exact: Set<Int> = []
    private var folded: Set<Int> = []

    var count: Int { exact.count }

    /// Adds a path, and says whether it was there, or one that differs only in the case of ASCII letters.
    mutating func insert(_ path: [UInt8]) -> Novelty {
        guard exact.insert(path.hashValue).inserted else { return .duplicate }
        let lower = path.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return folded.insert(lower.hashValue).inserted ? .new : .caseTwin
    }
}
