// SPDX-License-Identifier: Apache-2.0

/// Something in the header of a gzip member that no compressor known writes there.
public struct GzipOddity: Sendable, Equatable {
    /// In bytes, from the start of the stored archive.
    public var offset: UInt64
    /// In bytes.
    public var length: UInt64
    /// What compressors write there, in words.
    public var expected: String
    /// What stands there, in words.
    public var found: String
    /// What other programs make of it.
    public var consequence: Consequence

    /// What other programs make of it.
    public enum Consequence: Sendable, Equatable {
        /// They pass over it.
        case none
        /// It decides where they look for the content.
        case misleading
        /// They do not unpack it.
        case refused
    }
}

/// Looks at the header of one gzip member (RFC 1952, section 2.3) while its bytes pass by.
///
/// It has no checksum of its own, so what may stand there is told by who writes it. pg_basebackup and PostgreSQL's
/// server leave it to zlib: no flags, no time, 0, 2 or 4 by level, and the system zlib was built for. gzip and pigz
/// add the file's name, its time and a comment; other libraries say that the system is unknown.
struct GzipHeader {
    private enum Part { case extra, name, comment, checksum, end }

    private enum Field: Equatable {
        case fixed, name, comment, end
        /// How many bytes of it have come, and what they say.
        case extraLength(Int, Int)
        case skipped(left: Int, Part)
    }

    /// 2019-01-01, before PostgreSQL 12 was released, up to where 31 bits end.
    private static let times: Range<UInt32> = 1_546_300_800..<1 << 31
    private static let extraFlags: Set<UInt8> = [0, 2, 4]
    /// FAT (also .NET's and Java's default), Unix, Macintosh, Windows (two ways), Darwin, unknown.
    private static let systems: Set<UInt8> = [0, 3, 7, 10, 11, 19, 255]
    private static let longestName = 255
    private static let longestComment = 4096
    private static let longest = 128 << 10

    private let start: UInt64
    private var field = Field.fixed
    private var fixed: [UInt8] = []
    private var textLength = 0
    private var isOddText = false
    private var length = 0
    private(set) var oddities: [GzipOddity] = []

    /// `start` is where the member starts in the archive.
    init(at start: UInt64) { self.start = start }

    /// Whether all of it has passed by.
    var isComplete: Bool { field == .end }

    /// Whether it is longer than any name, comment and extra field could make it.
    var isEndless: Bool { length >= Self.longest }

    /// Takes bytes up to the end of the header at most, and says how many.
    mutating func receive(_ bytes: RawSpan) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            var count = 0
            while count < bytes.count, !isComplete, !isEndless {
                receive(unsafe bytes[count])
                count += 1
                length += 1
            }
            return count
        }
    }

    private mutating func receive(_ byte: UInt8) {
        switch field {
        case .fixed: takeFixed(byte)
        case .extraLength(let count, let length): takeExtraLength(byte, count, length)
        case .skipped(let left, let next): field = left > 1 ? .skipped(left: left - 1, next) : begun(next)
        case .name: takeText(byte, "a file's name", limit: Self.longestName, next: .comment)
        case .comment: takeText(byte, "a comment", limit: Self.longestComment, next: .checksum)
        case .end: break
        }
    }

    // MARK: The first ten bytes

    private var flags: UInt8 { fixed[3] }

    private mutating func takeFixed(_ byte: UInt8) {
        fixed.append(byte)
        guard fixed.count == 10 else { return }
        // Another magic number or method is no gzip: that is the decoder's to say.
        guard fixed.starts(with: [0x1F, 0x8B, 8]) else { return field = .end }
        judgeFlags()
        judgeTime()
        judge(8, Self.extraFlags.contains(fixed[8]), "0, 2 or 4 for the level of compression")
        judge(9, Self.systems.contains(fixed[9]), "a system that PostgreSQL or a compressor runs on")
        field = begun(.extra)
    }

    /// The field in which a part begins; the next one's where the flags do not announce it.
    private func begun(_ part: Part) -> Field {
        switch part {
        case .extra: flags & 0x04 != 0 ? .extraLength(0, 0) : begun(.name)
        case .name: flags & 0x08 != 0 ? .name : begun(.comment)
        case .comment: flags & 0x10 != 0 ? .comment : begun(.checksum)
        case .checksum: flags & 0x02 != 0 ? .skipped(left: 2, .end) : .end
        case .end: .end
        }
    }

    private mutating func takeExtraLength(_ byte: UInt8, _ count: Int, _ length: Int) {
        let length = length | Int(byte) << (8 * count)
        if count == 0 { return field = .extraLength(1, length) }
        field = length > 0 ? .skipped(left: length, .name) : begun(.name)
    }

    private mutating func judgeFlags() {
        if flags & 0xE0 != 0 {
            add(3, "no reserved flags", "flags \(hex(flags))", .refused)
        } else if flags & 0x07 != 0 {
            add(
                3, "no flags but those for a name and a comment", "flags \(hex(flags))",
                flags & 0x06 == 0 ? .none : .misleading)
        }
    }

    private mutating func judgeTime() {
        let time = (4..<8).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(fixed[$1]) }
        guard time != 0, !Self.times.contains(time) else { return }
        add(4, length: 4, "no time, or one since 2019", "\(time) seconds after 1970")
    }

    private mutating func judge(_ place: Int, _ isKnown: Bool, _ expected: String) {
        if !isKnown { add(UInt64(place), expected, "\(fixed[place])") }
    }

    // MARK: Texts

    private mutating func takeText(_ byte: UInt8, _ what: String, limit: Int, next: Part) {
        if byte == 0 {
            (field, textLength, isOddText) = (begun(next), 0, false)
            return
        }
        textLength += 1
        guard !isOddText, byte < 0x20 || byte == 0x7F || textLength > limit else { return }
        isOddText = true
        let found = textLength > limit ? "more than \(limit) bytes" : "a control character"
        add(3, "flags that announce \(what) where there is one", found, .misleading)
    }

    private mutating func add(
        _ place: UInt64, length: UInt64 = 1, _ expected: String, _ found: String,
        _ consequence: GzipOddity.Consequence = .none
    ) {
        oddities.append(
            GzipOddity(
                offset: start + place, length: length, expected: expected, found: found,
                consequence: consequence))
    }

    private func hex(_ byte: UInt8) -> String { "0x" + String(byte, radix: 16) }
}
