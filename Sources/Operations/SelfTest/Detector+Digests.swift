// SPDX-License-Identifier: Apache-2.0
import Digests

extension Detector {
    static func object(_ stream: [UInt8]) -> Detector {
        let digest = SHA256.digest(of: stream)
        return Detector(.object, stream) { SHA256.digest(of: $0) == digest }
    }

    /// The stream beside itself: only one of them changes.
    static func pair(_ stream: [UInt8]) -> Detector {
        let digest = SHA256.digest(of: stream)
        return Detector(.pair, stream) { bytes in
            var one = SHA256()
            var other = SHA256()
            SHA256.updateBoth(&one, bytes.span.bytes, &other, stream.span.bytes)
            return one.finalized() == digest && other.finalized() == digest
        }
    }

    /// The second half of the stream, from the state before it.
    static func chunk(_ stream: [UInt8]) -> Detector {
        let length = stream.count / 2 / SHA256.blockSize * SHA256.blockSize
        var before = SHA256()
        before.update(stream.span.bytes.extracting(first: length))
        let start = before.midstate()
        let chunk = Array(stream[length..<2 * length])
        let end = state(after: chunk, from: start, at: length)
        return Detector(.chunk, chunk) { state(after: $0, from: start, at: length) == end }
    }

    private static func state(after chunk: [UInt8], from start: [UInt8], at offset: Int) -> [UInt8] {
        var hash = SHA256(resuming: start, at: UInt64(offset))
        hash.update(chunk.span.bytes)
        return hash.midstate()
    }
}
