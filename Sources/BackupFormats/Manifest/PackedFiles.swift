// SPDX-License-Identifier: Apache-2.0
import Digests

/// The files of a manifest in its order: 16 bytes for each, and those of its path and its checksum.
struct PackedFiles: Sendable {
    private struct Entry: Sendable {
        var size: UInt64
        /// Where its path starts; its checksum follows.
        var start: UInt32
        var pathLength: UInt16
        var algorithm: DigestAlgorithm
    }

    private var entries = PiecewiseList<Entry>()
    private var bytes = PiecewiseBytes()

    var count: Int { entries.count }

    /// Adds a file, and says where; nil when there is no room for it.
    mutating func append(
        _ path: ArraySlice<UInt8>, size: UInt64, _ algorithm: DigestAlgorithm, checksum: [UInt8]
    ) -> UInt32? {
        guard checksum.count == algorithm.byteCount, let length = UInt16(exactly: path.count),
            let place = UInt32(exactly: entries.count), place < .max,
            let start = bytes.append(path, checksum)
        else { return nil }
        entries.append(Entry(size: size, start: start, pathLength: length, algorithm: algorithm))
        return place
    }

    func path(at place: Int) -> ArraySlice<UInt8> {
        let entry = entries[place]
        return bytes.bytes(at: entry.start, count: Int(entry.pathLength))
    }

    func checksum(at place: Int) -> ArraySlice<UInt8> {
        let entry = entries[place]
        return bytes.bytes(
            at: entry.start, skipping: Int(entry.pathLength), count: entry.algorithm.byteCount)
    }

    func size(at place: Int) -> UInt64 { entries[place].size }

    func algorithm(at place: Int) -> DigestAlgorithm { entries[place].algorithm }

    /// How much memory they take, in bytes.
    var byteCount: Int { entries.byteCount + bytes.byteCount }
}
