// SPDX-License-Identifier: Apache-2.0
internal import CZstd

/// Owns libzstd's streaming decoder (RFC 8878).
///
/// It needs as much memory as the frame's window, of which libzstd allows 128 MiB at most.
@safe
final class ZstdCodec: Codec {
    private let context: OpaquePointer

    let allowsMoreStreams = true

    init() throws(CodecFault) {
        guard let context = unsafe ZSTD_createDCtx() else { throw .noMemory("none for a decoder") }
        unsafe self.context = context
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CodecFault) -> CodecStep {
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = unsafe ZSTD_decompressStream(context, &target, &source)
        if ZSTD_isError(result) != 0 {
            let words = unsafe String(cString: ZSTD_getErrorName(result))
            switch ZSTD_getErrorCode(result) {
            case ZSTD_error_memory_allocation: throw .noMemory(words)
            case ZSTD_error_frameParameter_windowTooLarge: throw .unsupported(words)
            default: throw .corrupt(words)
            }
        }
        return unsafe CodecStep(consumed: source.pos, produced: target.pos, isAtEnd: result == 0)
    }
}
