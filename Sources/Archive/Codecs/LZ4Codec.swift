// SPDX-License-Identifier: Apache-2.0
internal import CLZ4

/// Owns liblz4's decoder of frames, which checks their checksums.
@safe
final class LZ4Codec: Codec {
    private let context: OpaquePointer

    let allowsMoreStreams = false

    init() throws(CodecFault) {
        var made: OpaquePointer?
        _ = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
        guard let context = unsafe made else { throw .noMemory("none for a decoder") }
        unsafe self.context = context
    }

    deinit { _ = unsafe LZ4F_freeDecompressionContext(context) }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CodecFault) -> CodecStep {
        var (consumed, produced) = (input.count, output.count)
        let result = unsafe LZ4F_decompress(
            context, output.baseAddress, &produced, input.baseAddress, &consumed, nil)
        if LZ4F_isError(result) != 0 {
            let words = unsafe String(cString: LZ4F_getErrorName(result))
            throw words.contains("allocation") ? .noMemory(words) : .corrupt(words)
        }
        return CodecStep(consumed: consumed, produced: produced, isAtEnd: result == 0)
    }
}
