// SPDX-License-Identifier: Apache-2.0

/// A decoder of one compression format, fed in pieces.
protocol Codec: AnyObject {
    /// Whether another stream may follow the first: the format's own parallel tools write many.
    var allowsMoreStreams: Bool { get }

    /// Unpacks what it can of `input` into `output`.
    ///
    /// Called until all input is used and the output was not filled.
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CodecFault) -> CodecStep
}

/// What one step of a decoder came to; in bytes.
struct CodecStep {
    var consumed: Int
    var produced: Int
    /// Whether the stream has come to its own end, checksums included.
    var isAtEnd: Bool
}

/// Why a decoder cannot go on, in its own words.
enum CodecFault: Error {
    case corrupt(String)
    case unsupported(String)
    /// Memory that this machine did not give: nothing is said about the data.
    case noMemory(String)
}
