// SPDX-License-Identifier: Apache-2.0

/// Takes a tar archive apart, as strictly as what pg_basebackup writes allows, and what GNU tar and bsdtar make of it.
///
/// Members are files and directories only, each path once; padding is zero; the archive ends with two blocks
/// of zeros. Only zeros may follow, up to a multiple of 10,240 bytes, as tar itself fills its last record.
/// Nothing is allocated by a size that a header announces.
public final class TarReader: ByteSink {
    private enum State {
        case header
        case content(left: UInt64, padding: Int)
        case padding(left: Int)
        /// What pax says of the next member.
        case attributes(left: Int, padding: Int)
        /// One block of zeros was seen where a header would be.
        case halfEnd
        /// Zeros may follow up to there.
        case end(limit: UInt64)
    }

    /// How GNU tar writes: twenty blocks at a time.
    private static let recordSize: UInt64 = 10_240

    /// How many members an archive may have of which nothing else is known.
    public static let mostMembers = 4_000_000

    private let sink: any MemberSink
    private let memberLimit: Int
    private var state = State.header
    private var position: UInt64 = 0
    private var block: [UInt8] = []
    private var paths = PathSet()
    private var attributes: [UInt8] = []
    /// What first showed that a program other than PostgreSQL packed it, in words; nil when nothing did.
    public private(set) var foreignTrait: String?

    /// `memberLimit` is how many members the archive may have; each takes 8 to 32 bytes of memory.
    public init(into sink: any MemberSink, memberLimit: Int = mostMembers) {
        self.sink = sink
        self.memberLimit = memberLimit
        block.reserveCapacity(TarHeader.size)
    }

    /// Takes the next bytes of the unpacked archive; throws at the first that breaks its rules, and what the sink throws.
    public func receive(_ bytes: RawSpan) throws(ArchiveError) {
        var rest = bytes
        while rest.byteCount > 0 {
            let used = try takeSome(rest)
            position += UInt64(used)
            rest = rest.extracting(droppingFirst: used)
        }
    }

    /// Throws `.truncated` where the two blocks of zeros are missing; the sink is not told of the end.
    public func finish() throws(ArchiveError) {
        if case .end = state {
            guard !block.isEmpty else { return }
            throw error(
                .trailing, at: position - UInt64(block.count), expected: "nothing after the end",
                found: "\(block.count) bytes")
        }
        throw error(.truncated, expected: "two blocks of zeros at the end", found: "the end of the archive")
    }

    /// Takes bytes as far as they belong to one thing, and says how many that were.
    private func takeSome(_ bytes: RawSpan) throws(ArchiveError) -> Int {
        switch state {
        case .header, .halfEnd, .end: return try takeBlock(bytes)
        case .content(let left, let padding): return try takeContent(bytes, left, padding)
        case .padding(let left): return try takePadding(bytes, left)
        case .attributes(let left, let padding): return try takeAttributes(bytes, left, padding)
        }
    }

    private func takeContent(_ bytes: RawSpan, _ left: UInt64, _ padding: Int) throws(ArchiveError) -> Int {
        let count = Int(min(UInt64(bytes.byteCount), left))
        try sink.receive(bytes.extracting(first: count))
        let rest = left - UInt64(count)
        if rest > 0 {
            state = .content(left: rest, padding: padding)
        } else {
            try endMember(padding: padding)
        }
        return count
    }

    private func endMember(padding: Int) throws(ArchiveError) {
        try sink.end()
        state = padding > 0 ? .padding(left: padding) : .header
    }

    private func takeAttributes(_ bytes: RawSpan, _ left: Int, _ padding: Int) throws(ArchiveError) -> Int {
        let count = min(bytes.byteCount, left)
        unsafe bytes.extracting(first: count).withUnsafeBytes { unsafe attributes.append(contentsOf: $0) }
        state = .attributes(left: left - count, padding: padding)
        guard count == left else { return count }
        let start = position + UInt64(count) - UInt64(attributes.count)
        switch PaxAttributes.fault(in: attributes) {
        case .malformed?:
            throw error(.forbidden, at: start, expected: "lines of a pax header", found: "other bytes")
        case .unknown(let key)?:
            throw error(
                .unsupported, at: start, expected: "times and owners in a pax header",
                found:
                    "'\(String(decoding: key.prefix(40).filter { (0x21..<0x7F).contains($0) }, as: UTF8.self))'"
            )
        case nil: break
        }
        attributes.removeAll(keepingCapacity: true)
        state = padding > 0 ? .padding(left: padding) : .header
        return count
    }

    private func takePadding(_ bytes: RawSpan, _ left: Int) throws(ArchiveError) -> Int {
        let count = min(bytes.byteCount, left)
        if let place = bytes.extracting(first: count).firstOther {
            throw error(
                .corrupt, at: position + UInt64(place), expected: "zeros up to the next block",
                found: "other bytes")
        }
        state = count == left ? .header : .padding(left: left - count)
        return count
    }

    /// Collects the 512 bytes of a header, or of a block of the end.
    private func takeBlock(_ bytes: RawSpan) throws(ArchiveError) -> Int {
        let count = min(bytes.byteCount, TarHeader.size - block.count)
        unsafe bytes.extracting(first: count).withUnsafeBytes { unsafe block.append(contentsOf: $0) }
        guard block.count == TarHeader.size else { return count }
        let start = position + UInt64(count) - UInt64(TarHeader.size)
        defer { block.removeAll(keepingCapacity: true) }
        if unsafe block.span.bytes.isZero {
            try endWithZeros(start)
            return count
        }
        try begin(start)
        return count
    }

    private func endWithZeros(_ start: UInt64) throws(ArchiveError) {
        let end = start + UInt64(TarHeader.size)
        switch state {
        case .end(let limit):
            guard end > limit else { return }
            throw error(
                .trailing, at: start, expected: "nothing after the end", found: "more zeros than tar writes")
        case .halfEnd: state = .end(limit: (end + Self.recordSize - 1) / Self.recordSize * Self.recordSize)
        default: state = .halfEnd
        }
    }

    private func begin(_ start: UInt64) throws(ArchiveError) {
        switch state {
        case .halfEnd:
            throw error(.corrupt, at: start, expected: "a second block of zeros", found: "other bytes")
        case .end: throw error(.trailing, at: start, expected: "nothing after the end", found: "other bytes")
        default: break
        }
        let header = TarHeader(block, at: start)
        foreignTrait = foreignTrait ?? header.foreignTrait
        switch try header.entry() {
        case .member(let member): try begin(member)
        case .root: state = .header
        case .attributes(let size): try beginAttributes(size, start)
        }
    }

    private func begin(_ member: TarMember) throws(ArchiveError) {
        try remember(member)
        try sink.begin(member)
        guard member.kind == .file else { return state = .header }
        if member.size > 0 {
            state = .content(left: member.size, padding: Self.padding(of: member.size))
        } else {
            try endMember(padding: 0)
        }
    }

    private func beginAttributes(_ size: UInt64, _ start: UInt64) throws(ArchiveError) {
        guard size <= PaxAttributes.sizeLimit else {
            throw error(
                .unsupported, at: start, expected: "at most \(PaxAttributes.sizeLimit) bytes of a pax header",
                found: "\(size)")
        }
        state = size > 0 ? .attributes(left: Int(size), padding: Self.padding(of: size)) : .header
    }

    private static func padding(of size: UInt64) -> Int { Int((512 - size % 512) % 512) }

    private func remember(_ member: TarMember) throws(ArchiveError) {
        guard paths.count < memberLimit else {
            throw error(
                .budget, at: member.headerOffset, expected: "\(memberLimit) members at most", found: "more")
        }
        let found: String
        switch paths.insert(member.path) {
        case .new: return
        case .duplicate: found = "it again"
        case .caseTwin: found = "another that differs only in the case of letters"
        }
        var error = error(.duplicate, at: member.headerOffset, expected: "each path once", found: found)
        error.member = member.path
        throw error
    }

    private func error(
        _ reason: ArchiveError.Reason, at offset: UInt64? = nil, expected: String, found: String
    ) -> ArchiveError {
        ArchiveError(reason, at: offset ?? position, inDecoded: true, expected: expected, found: found)
    }
}

extension RawSpan {
    fileprivate var isZero: Bool { firstOther == nil }

    /// Where the first byte stands that is not zero.
    fileprivate var firstOther: Int? { unsafe withUnsafeBytes { unsafe $0.firstIndex { $0 != 0 } } }
}
