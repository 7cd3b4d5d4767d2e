// SPDX-License-Identifier: Apache-2.0
internal import CIsal
internal import Glibc

/// Owns ISA-L's decoder of gzip (RFC 1952).
///
/// A file may be many members one after another. PostgreSQL writes `base.tar.gz` as one; but pg_basebackup
/// writes `pg_wal.tar.gz` as several (src/bin/pg_basebackup/walmethods.c).
@safe
final class GzipCodec: Codec {
    private let state: UnsafeMutableRawPointer
    private var hasEnded = false

    let allowsMoreStreams: Bool

    init(allowsMoreStreams: Bool) throws(CodecFault) {
        self.allowsMoreStreams = allowsMoreStreams
        guard let state = unsafe pgb_inflate_new() else { throw .noMemory("none for a decoder") }
        unsafe self.state = state
    }

    deinit { unsafe free(state) }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CodecFault) -> CodecStep {
        if hasEnded { unsafe pgb_inflate_start(state) }
        var (consumed, produced) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
        let status = unsafe pgb_inflate_step(
            state, input.baseAddress, &consumed, output.baseAddress, &produced)
        guard status == ISAL_DECOMP_OK || status == ISAL_END_INPUT else {
            throw .corrupt(Self.words(status))
        }
        hasEnded = unsafe pgb_inflate_has_ended(state) != 0
        return CodecStep(consumed: Int(consumed), produced: Int(produced), isAtEnd: hasEnded)
    }

    private static func words(_ status: Int32) -> String {
        switch status {
        case ISAL_INVALID_BLOCK: "an invalid block"
        case ISAL_INVALID_SYMBOL: "an invalid symbol"
        case ISAL_INVALID_LOOKBACK: "a reference to before the beginning"
        case ISAL_INVALID_WRAPPER: "an invalid gzip header"
        case ISAL_UNSUPPORTED_METHOD: "a compression method that gzip does not have"
        case ISAL_INCORRECT_CHECKSUM: "a CRC or a length that does not match the content"
        default: "an error \(status)"
        }
    }
}
