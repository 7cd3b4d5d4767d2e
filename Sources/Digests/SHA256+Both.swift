// SPDX-License-Identifier: Apache-2.0
internal import CSHA

extension SHA256 {
    /// Whether this processor hashes two messages on one core in little more time than one.
    public static let isInterleaved = pgb_sha256_pair_supported()

    /// Takes the next bytes of two messages, block by block side by side where the processor can.
    ///
    /// The result is that of two calls of `update`. What one message has more than the other goes the
    /// ordinary way, so equal lengths gain most.
    public static func updateBoth(
        _ a: inout SHA256, _ bytesA: RawSpan, _ b: inout SHA256, _ bytesB: RawSpan
    ) {
        unsafe bytesA.withUnsafeBytes { bytesA in
            unsafe bytesB.withUnsafeBytes { bytesB in
                let rest = unsafe updateCommon(&a, bytesA, &b, bytesB)
                unsafe a.update(rest.a)
                unsafe b.update(rest.b)
            }
        }
    }

    /// What `updateCommon` left of its two inputs.
    @unsafe
    struct Rest {
        var a: UnsafeRawBufferPointer
        var b: UnsafeRawBufferPointer
    }

    /// Takes from both inputs as long as both have whole blocks, and returns the rest of each.
    ///
    /// A rest shorter than a block is taken too, so at least one of the two rests is empty, or
    /// nothing is done at all where `isInterleaved` is false.
    static func updateCommon(
        _ a: inout SHA256, _ bytesA: UnsafeRawBufferPointer,
        _ b: inout SHA256, _ bytesB: UnsafeRawBufferPointer
    ) -> Rest {
        guard isInterleaved else { return unsafe Rest(a: bytesA, b: bytesB) }
        let wholeA = unsafe a.takeToBoundary(bytesA)
        let wholeB = unsafe b.takeToBoundary(bytesB)
        let blocks = min(wholeA.count, wholeB.count) / blockSize
        unsafe takeBlocks(blocks, &a, wholeA, &b, wholeB)
        let taken = blocks * blockSize
        return unsafe Rest(
            a: a.takeTail(UnsafeRawBufferPointer(rebasing: wholeA[taken...])),
            b: b.takeTail(UnsafeRawBufferPointer(rebasing: wholeB[taken...])))
    }

    /// Fills up a block begun earlier, and returns what is behind it.
    private mutating func takeToBoundary(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let begun = Int(count % UInt64(Self.blockSize))
        let head = begun == 0 ? 0 : min(Self.blockSize - begun, bytes.count)
        unsafe update(UnsafeRawBufferPointer(rebasing: bytes[..<head]))
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[head...])
    }

    /// Takes a rest that is less than a block, and returns any other as it is.
    private mutating func takeTail(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard bytes.count < Self.blockSize else { return unsafe bytes }
        unsafe update(bytes)
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[bytes.count...])
    }

    private static func takeBlocks(
        _ blocks: Int,
        _ a: inout SHA256, _ bytesA: UnsafeRawBufferPointer,
        _ b: inout SHA256, _ bytesB: UnsafeRawBufferPointer
    ) {
        guard blocks > 0 else { return }
        unsafe a.withState { stateA in
            unsafe b.withState { stateB in
                unsafe pgb_sha256_blocks_pair(
                    stateA, bytesA.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    stateB, bytesB.baseAddress?.assumingMemoryBound(to: UInt8.self), blocks)
            }
        }
        a.setCount(a.count + UInt64(blocks * blockSize))
        b.setCount(b.count + UInt64(blocks * blockSize))
    }
}
