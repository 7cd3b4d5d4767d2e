// SPDX-License-Identifier: Apache-2.0
internal import CBzip2

/// Owns libbz2's decoder of one stream, and a new one for each that follows.
@safe
final class Bzip2Codec: Codec {
    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
    /// Before the first stream, and between two.
    private var isBetween = true

    let allowsMoreStreams = true

    init() {
        unsafe stream.initialize(to: bz_stream())
    }

    deinit {
        _ = unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.deallocate()
    }

    private func start() throws(CodecFault) {
        _ = unsafe BZ2_bzDecompressEnd(stream)
        unsafe stream.initialize(to: bz_stream())
        let status = unsafe BZ2_bzDecompressInit(stream, 0, 0)
        guard status == BZ_OK else { throw .noMemory("too little of it") }
        isBetween = false
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CodecFault) -> CodecStep {
        if isBetween { try start() }
        let (given, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
        // libbz2 does not write to its input, although its interface does not say so.
        unsafe stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
            .assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_in = given
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = room
        let status = unsafe BZ2_bzDecompress(stream)
        if status == BZ_MEM_ERROR { throw .noMemory("too little of it") }
        guard status == BZ_OK || status == BZ_STREAM_END else { throw .corrupt(Self.words(status)) }
        isBetween = status == BZ_STREAM_END
        return unsafe CodecStep(
            consumed: Int(given - stream.pointee.avail_in), produced: Int(room - stream.pointee.avail_out),
            isAtEnd: isBetween)
    }

    private static func words(_ status: Int32) -> String {
        switch status {
        case BZ_DATA_ERROR: "a CRC that does not match, or an invalid block"
        case BZ_DATA_ERROR_MAGIC: "no bzip2 header"
        default: "an error \(status)"
        }
    }
}
