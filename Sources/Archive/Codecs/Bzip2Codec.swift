// SPDX-License-Identifier: Apache-2.0
internal import CBzip2

/// Owns libbz2's decoder of one stream, and a new one for each that follows.
@safe
final class Bzip2Codec: Codec {
    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
    private var hasEnded = false

    let allowsMoreStreams = true

    init() {
        unsafe stream.initialize(to: bz_stream())
        start()
    }

    deinit {
        _ = unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.deallocate()
    }

    private func start() {
        guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { fatalError("out of memory") }
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CodecFault) -> CodecStep {
        if hasEnded {
            _ = unsafe BZ2_bzDecompressEnd(stream)
            unsafe stream.initialize(to: bz_stream())
            start()
            hasEnded = false
        }
        let (given, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
        // libbz2 does not write to its input, although its interface does not say so.
        unsafe stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
            .assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_in = given
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = room
        let status = unsafe BZ2_bzDecompress(stream)
        guard status == BZ_OK || status == BZ_STREAM_END else { throw .corrupt(Self.words(status)) }
        hasEnded = status == BZ_STREAM_END
        return unsafe CodecStep(
            consumed: Int(given - stream.pointee.avail_in), produced: Int(room - stream.pointee.avail_out),
            isAtEnd: hasEnded)
    }

    private static func words(_ status: Int32) -> String {
        switch status {
        case BZ_DATA_ERROR: "a CRC that does not match, or an invalid block"
        case BZ_DATA_ERROR_MAGIC: "no bzip2 header"
        default: "an error \(status)"
        }
    }
}
