// SPDX-License-Identifier: Apache-2.0

/// Unpacks an archive, whatever it is compressed with, and hands the bytes on.
///
/// The format is told by the first bytes, never by a name. Memory is one buffer of half a MiB and what the
/// decoder needs; unpacking stops at the first byte beyond the budget. What follows the end of a stream is
/// an error, but for further streams of zstd and bzip2, whose own tools write such files, and for further
/// members of gzip where they are asked for.
public final class Decompressor: ByteSink {
    /// In bytes; fits the second-level cache.
    private static let bufferSize = 512 << 10

    /// Nil until the first bytes have come.
    public private(set) var compression: Compression?
    private let sink: any ByteSink
    private let budget: UInt64
    private let manyGzipMembers: Bool
    private var prefix: [UInt8] = []
    private var codec: (any Codec)?
    private var output: [UInt8] = []
    private var consumed: UInt64 = 0
    private var produced: UInt64 = 0
    private var isAtEnd = false

    /// `budget` is how many bytes the archive may unpack to.
    public init(into sink: any ByteSink, budget: UInt64, manyGzipMembers: Bool = false) {
        (self.sink, self.budget, self.manyGzipMembers) = (sink, budget, manyGzipMembers)
    }

    public func take(_ bytes: RawSpan) throws(ArchiveError) {
        if compression != nil { return try unpack(bytes) }
        let missing = min(bytes.byteCount, Compression.prefixLength - prefix.count)
        unsafe bytes.extracting(first: missing).withUnsafeBytes { unsafe prefix.append(contentsOf: $0) }
        guard prefix.count == Compression.prefixLength else { return }
        try start()
        try unpack(bytes.extracting(droppingFirst: missing))
    }

    public func finish() throws(ArchiveError) {
        if compression == nil { try start() }
        guard codec == nil || isAtEnd else {
            throw error(.truncated, expected: "the end of the \(name) stream", found: "the end of the object")
        }
        try sink.finish()
    }

    private var name: String { compression?.rawValue ?? "" }

    private func start() throws(ArchiveError) {
        let compression = Compression(prefix: prefix)
        self.compression = compression
        codec = compression.makeCodec(manyGzipMembers: manyGzipMembers)
        if codec != nil { output = [UInt8](repeating: 0, count: Self.bufferSize) }
        let first = prefix
        try unsafe unpack(first.span.bytes)
    }

    private func unpack(_ bytes: RawSpan) throws(ArchiveError) {
        guard let codec else {
            try hand(on: bytes)
            consumed += UInt64(bytes.byteCount)
            return
        }
        var rest = bytes
        var isFilled = false
        while rest.byteCount > 0 || isFilled {
            let wasAtEnd = isAtEnd
            if wasAtEnd, rest.byteCount > 0, !codec.allowsMoreStreams { throw trailing() }
            if wasAtEnd, rest.byteCount == 0 { return }
            let step = try step(codec, rest, isBetweenStreams: wasAtEnd)
            rest = rest.extracting(droppingFirst: step.consumed)
            consumed += UInt64(step.consumed)
            isAtEnd = step.isAtEnd
            isFilled = step.produced == output.count
            // A second reference to the buffer, which is gone before the next step writes.
            let unpacked = output
            if step.produced > 0 { try unsafe hand(on: unpacked.span.bytes.extracting(first: step.produced)) }
            if step.consumed == 0, step.produced == 0 {
                // A decoder that neither takes nor gives would never end.
                guard rest.byteCount == 0 || isAtEnd else {
                    throw error(.corrupt, expected: "valid \(name) data", found: "data that leads nowhere")
                }
            }
        }
    }

    private func step(
        _ codec: any Codec, _ input: RawSpan, isBetweenStreams: Bool
    ) throws(ArchiveError) -> CodecStep {
        var fault: CodecFault?
        var result: CodecStep?
        unsafe input.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output in
                do throws(CodecFault) { result = try unsafe codec.step(input, into: output) } catch {
                    fault = error
                }
            }
        }
        if let result { return result }
        if isBetweenStreams { throw trailing() }
        switch fault {
        case .unsupported(let words): throw error(.unsupported, expected: "\(name) data", found: words)
        case .corrupt(let words): throw error(.corrupt, expected: "valid \(name) data", found: words)
        case nil: throw error(.corrupt, expected: "valid \(name) data", found: "nothing")
        }
    }

    private func hand(on bytes: RawSpan) throws(ArchiveError) {
        let (total, overflow) = produced.addingReportingOverflow(UInt64(bytes.byteCount))
        guard !overflow, total <= budget else {
            throw error(.budget, expected: "\(budget) bytes at most when unpacked", found: "more")
        }
        produced = total
        if bytes.byteCount > 0 { try sink.take(bytes) }
    }

    private func trailing() -> ArchiveError {
        error(.trailing, expected: "the end of the object after the \(name) stream", found: "more bytes")
    }

    private func error(_ reason: ArchiveError.Reason, expected: String, found: String) -> ArchiveError {
        ArchiveError(reason, at: consumed, inDecoded: false, expected: expected, found: found)
    }
}
