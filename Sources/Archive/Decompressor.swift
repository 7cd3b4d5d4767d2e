// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Unpacks an archive, whatever it is compressed with, and hands the bytes on.
///
/// The format is told by the first bytes, never by a name. Memory is one buffer of half a MiB and what the
/// decoder needs; unpacking stops at the first byte beyond the budget. What follows the end of a stream is
/// an error, but for further streams of zstd and bzip2, whose own tools write such files, and for further
/// members of gzip where they are asked for. What is said of an archive is a function of its bytes, however they
/// are cut into pieces.
public final class Decompressor: ByteSink {
    /// In bytes; fits the second-level cache.
    private static let bufferSize = 512 << 10
    /// No decoder is given bytes from both sides of a multiple of this, counted from the start of its stream: how
    /// precisely a fault is located, since decoders do not say where in their input they stopped.
    private static let grain: UInt64 = 256 << 10

    /// Nil until the first bytes have come.
    public private(set) var compression: Compression?
    /// What is odd about headers of gzip, of the first members that have such.
    public private(set) var headerOddities: [GzipOddity] = []

    private let sink: any ByteSink
    private let budget: UInt64
    private let manyGzipMembers: Bool
    private var codec: (any Codec)?
    private var output: [UInt8] = []
    private var header: GzipHeader?
    /// The first bytes of a stream, until there are enough to tell what it is; of gzip the whole header, since
    /// ISA-L loses its way in one that comes in pieces and has a name and a comment.
    private var prefix: [UInt8] = []
    private var isInStream = false
    /// Where the stream starts that is being read, or was read last.
    private var streamStart: UInt64 = 0
    private var consumed: UInt64 = 0
    private var produced: UInt64 = 0

    /// `budget` is how many bytes the archive may unpack to.
    public init(into sink: any ByteSink, budget: UInt64, manyGzipMembers: Bool = false) {
        (self.sink, self.budget, self.manyGzipMembers) = (sink, budget, manyGzipMembers)
    }

    /// Takes the next bytes of the archive as it is stored; throws at the first fault, and whatever the sink throws.
    public func receive(_ bytes: RawSpan) throws(ArchiveError) {
        var rest = bytes
        while rest.byteCount > 0 {
            let used = isInStream ? try unpack(rest) : try takePrefix(rest)
            rest = rest.extracting(droppingFirst: used)
        }
    }

    /// Ends the sink, too; throws `.truncated` inside a stream and `.trailing` for bytes behind it that begin no other.
    public func finish() throws(ArchiveError) {
        if compression == nil { try recognise() }
        if let header { headerOddities += header.oddities }
        if !prefix.isEmpty, compression?.canBegin(with: prefix) == false { throw trailing() }
        guard codec == nil || !isInStream && prefix.isEmpty else {
            throw error(
                .truncated, at: consumed + UInt64(prefix.count), expected: "the end of the \(name) stream",
                found: "the end of the object")
        }
        try sink.finish()
    }

    private var name: String { compression?.rawValue ?? "" }

    // MARK: Streams

    /// Collects the first bytes of a stream, and says how many it took.
    private func takePrefix(_ bytes: RawSpan) throws(ArchiveError) -> Int {
        if header != nil { return try takeHeader(bytes) }
        if compression != nil, codec?.allowsMoreStreams == false { throw trailing() }
        let missing = min(bytes.byteCount, Compression.prefixLength - prefix.count)
        unsafe bytes.extracting(first: missing).withUnsafeBytes { unsafe prefix.append(contentsOf: $0) }
        if prefix.count == Compression.prefixLength { try recognise() }
        return missing
    }

    /// Decides what the first bytes begin.
    private func recognise() throws(ArchiveError) {
        if let compression {
            guard compression.canBegin(with: prefix) else { throw trailing() }
        } else {
            let compression = Compression(prefix: prefix)
            self.compression = compression
            do throws(CodecFault) {
                codec = try compression.makeCodec(manyGzipMembers: manyGzipMembers)
            } catch {
                throw failure(error)
            }
            if codec != nil { output = [UInt8](repeating: 0, count: Self.bufferSize) }
        }
        guard compression == .gzip else { return try begin() }
        var header = GzipHeader(at: consumed)
        _ = unsafe header.receive(prefix.span.bytes)
        self.header = header
    }

    private func takeHeader(_ bytes: RawSpan) throws(ArchiveError) -> Int {
        let used = header?.receive(bytes) ?? 0
        unsafe bytes.extracting(first: used).withUnsafeBytes { unsafe prefix.append(contentsOf: $0) }
        if header?.isEndless == true {
            throw error(.corrupt, at: consumed, expected: "a header of gzip", found: "one that does not end")
        }
        guard let header, header.isComplete else { return used }
        if headerOddities.count < 20 { headerOddities += header.oddities }
        self.header = nil
        try begin()
        return used
    }

    private func begin() throws(ArchiveError) {
        (isInStream, streamStart) = (true, consumed)
        let first = prefix
        prefix = []
        // No stream ends within its first bytes.
        _ = try unsafe unpack(first.span.bytes)
    }

    // MARK: Bytes

    /// Unpacks up to the end of the stream at most, and says how many bytes it took.
    private func unpack(_ bytes: RawSpan) throws(ArchiveError) -> Int {
        guard let codec else {
            try hand(on: bytes)
            consumed += UInt64(bytes.byteCount)
            return bytes.byteCount
        }
        var rest = bytes
        var isFilled = false
        while isInStream, rest.byteCount > 0 || isFilled {
            let limit = Int(clamping: Self.grain - (consumed - streamStart) % Self.grain)
            let step = try step(codec, rest.extracting(first: min(rest.byteCount, limit)))
            isFilled = step.produced == output.count
            // A second reference to the buffer, which is gone before the next step writes.
            let unpacked = output
            if step.produced > 0 { try unsafe hand(on: unpacked.span.bytes.extracting(first: step.produced)) }
            rest = rest.extracting(droppingFirst: step.consumed)
            consumed += UInt64(step.consumed)
            isInStream = !step.isAtEnd
            // A decoder that neither takes nor gives would never end.
            if step.consumed == 0, step.produced == 0, rest.byteCount > 0, isInStream {
                throw corrupt("data that leads nowhere")
            }
        }
        return bytes.byteCount - rest.byteCount
    }

    private func step(_ codec: any Codec, _ input: RawSpan) throws(ArchiveError) -> CodecStep {
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
        throw fault.map { failure($0) } ?? corrupt("nothing")
    }

    private func failure(_ fault: CodecFault) -> ArchiveError {
        switch fault {
        case .unsupported(let words):
            error(.unsupported, at: place, isExact: false, expected: "\(name) data", found: words)
        case .noMemory(let words):
            error(.resources, at: place, isExact: false, expected: "memory to unpack it", found: words)
        case .corrupt(let words): corrupt(words)
        }
    }

    private func hand(on bytes: RawSpan) throws(ArchiveError) {
        let (total, overflow) = produced.addingReportingOverflow(UInt64(bytes.byteCount))
        guard !overflow, total <= budget else {
            try sink.receive(bytes.extracting(first: Int(clamping: budget - produced)))
            throw error(
                .budget, at: codec == nil ? budget : place, isExact: codec == nil,
                expected: "\(budget) bytes at most when unpacked", found: "more")
        }
        produced = total
        if bytes.byteCount > 0 { try sink.receive(bytes) }
    }

    // MARK: Errors

    /// Where what the decoder is looking at begins, as precisely as can be told.
    private var place: UInt64 { consumed - (consumed - streamStart) % Self.grain }

    private func corrupt(_ found: String) -> ArchiveError {
        error(.corrupt, at: place, isExact: false, expected: "valid \(name) data", found: found)
    }

    private func trailing() -> ArchiveError {
        error(
            .trailing, at: consumed, expected: "the end of the object after the \(name) stream",
            found: "more bytes")
    }

    private func error(
        _ reason: ArchiveError.Reason, at offset: UInt64, isExact: Bool = true, expected: String,
        found: String
    ) -> ArchiveError {
        var error = ArchiveError(reason, at: offset, inDecoded: false, expected: expected, found: found)
        error.within = isExact ? nil : Self.grain
        return error
    }
}
