// SPDX-License-Identifier: Apache-2.0
import Archive

/// Takes the first bytes of what is unpacked, and then ends the unpacking.
final class FirstBytes: ByteSink {
    private let count: Int
    private(set) var bytes: [UInt8] = []

    init(_ count: Int) { self.count = count }

    var isFull: Bool { bytes.count == count }

    func receive(_ more: RawSpan) throws(ArchiveError) {
        let piece = more.extracting(first: min(count - bytes.count, more.byteCount))
        unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        guard isFull else { return }
        throw ArchiveError(.forbidden, at: UInt64(count), inDecoded: true, expected: "no more", found: "more")
    }

    func finish() throws(ArchiveError) {}
}
