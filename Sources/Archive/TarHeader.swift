// SPDX-License-Identifier: Apache-2.0

/// Reads the 512 bytes that stand before each member of a tar archive.
///
/// Accepts what PostgreSQL writes (`tarCreateHeader` and `print_tar_number` in src/port/tar.c) and what GNU tar and
/// bsdtar write for the same plain files and directories: POSIX ustar or GNU's magic, octal numbers with their
/// terminator or GNU's base-256, names that begin with `./`, pax headers; no links and no devices.
struct TarHeader {
    static let size = 512

    private let bytes: [UInt8]
    private let offset: UInt64

    private enum Field {
        static let name = 0..<100
        static let mode = 100..<108
        static let owner = 108..<116
        static let group = 116..<124
        static let size = 124..<136
        static let modified = 136..<148
        static let checksum = 148..<156
        static let type = 156
        static let link = 157..<257
        static let magic = 257..<265
        static let devices = [329..<337, 337..<345]
        static let prefix = 345..<500
        static let rest = 500..<512
    }

    /// `bytes` are 512; `offset` is where they stand in the unpacked archive.
    init(_ bytes: [UInt8], at offset: UInt64) { (self.bytes, self.offset) = (bytes, offset) }

    /// What stands under a header.
    enum Entry {
        case member(TarMember)
        /// The folder that was packed, as other programs put it first.
        case root
        /// So many bytes of what pax says of the member after it.
        case attributes(size: UInt64)
    }

    func entry() throws(ArchiveError) -> Entry {
        try checkSum()
        try checkMagic()
        if isExtension { return .attributes(size: try number(Field.size, "a size")) }
        let kind = try kind()
        guard let path = try path(kind) else { return .root }
        return .member(try member(kind, path))
    }

    /// What shows that a program other than PostgreSQL wrote it; nil when nothing does.
    var foreignTrait: String? {
        if isExtension { return "pax headers" }
        if hasGNUMagic { return "headers of GNU tar" }
        if bytes[Field.type] == 0 { return "headers of an old tar" }
        let name = bytes[Field.name]
        let isOfPostgres = bytes[Field.type] == UInt8(ascii: "5") && name.starts(with: "./pg_wal/".utf8)
        return name.starts(with: "./".utf8) && !isOfPostgres ? "names that begin with './'" : nil
    }

    private func member(_ kind: TarMember.Kind, _ path: [UInt8]) throws(ArchiveError) -> TarMember {
        for field in [Field.owner, Field.group, Field.modified] { _ = try number(field, "a number") }
        for field in Field.devices where !isEmpty(field) { _ = try number(field, "a device's number") }
        guard isEmpty(Field.link), isEmpty(Field.prefix), isEmpty(Field.rest) else {
            throw error(.forbidden, expected: "no link and no prefix", found: "one", path)
        }
        let size = try number(Field.size, "a size")
        guard kind == .file || size == 0 else {
            throw error(.corrupt, expected: "a directory without content", found: "\(size) bytes", path)
        }
        let mode = try number(Field.mode, "a mode")
        guard mode <= 0o7777 else { throw error(.corrupt, expected: "a mode", found: "\(mode)", path) }
        return TarMember(path: path, kind: kind, size: size, mode: UInt32(mode), headerOffset: offset)
    }

    private func isEmpty(_ field: Range<Int>) -> Bool { bytes[field].allSatisfy { $0 == 0 } }

    /// The sum of all bytes, those of the field itself taken as blanks.
    private func checkSum() throws(ArchiveError) {
        let stated = try number(Field.checksum, "a checksum")
        let sum = bytes.enumerated().reduce(UInt64(0)) { sum, byte in
            sum + (Field.checksum.contains(byte.offset) ? 0x20 : UInt64(byte.element))
        }
        guard sum == stated else {
            throw error(.corrupt, expected: "a header with checksum \(stated)", found: "\(sum)")
        }
    }

    private var hasGNUMagic: Bool { bytes[Field.magic].elementsEqual("ustar  \0".utf8) }

    /// Of the next member, or of all that follow.
    private var isExtension: Bool { [UInt8(ascii: "x"), UInt8(ascii: "g")].contains(bytes[Field.type]) }

    /// `ustar`, NUL, `00`, or GNU's two blanks and a NUL.
    private func checkMagic() throws(ArchiveError) {
        guard hasGNUMagic || bytes[Field.magic].elementsEqual("ustar\u{0}00".utf8) else {
            throw error(.forbidden, expected: "a header of POSIX ustar", found: shown(bytes[Field.magic]))
        }
    }

    /// GNU's long names, parts of volumes and files with holes, and contiguous files: harmless in an archive of GNU tar's,
    /// and not read.
    private static let unread = Set("DKLMNSV7".utf8)

    private func kind() throws(ArchiveError) -> TarMember.Kind {
        switch bytes[Field.type] {
        case UInt8(ascii: "0"), 0: return .file
        case UInt8(ascii: "5"): return .directory
        case let type where hasGNUMagic && Self.unread.contains(type):
            throw error(
                .unsupported, expected: "a file or a directory", found: "a member of type \(shown([type]))",
                Array(bytes[Field.name].prefix { $0 != 0 }))
        case let type:
            throw error(
                .forbidden, expected: "a file or a directory", found: "a member of type \(shown([type]))",
                Array(bytes[Field.name].prefix { $0 != 0 }))
        }
    }

    /// Relative, at most 99 bytes, as PostgreSQL can write; nil for the folder that was packed itself.
    ///
    /// No component is empty, `.` or `..`. What begins with `./` is the same without it: so PostgreSQL writes the
    /// folders that it puts into pg_wal itself (`sendDir` in basebackup.c), and so others write everything.
    private func path(_ kind: TarMember.Kind) throws(ArchiveError) -> [UInt8]? {
        let field = bytes[Field.name]
        var name = Array(field.prefix { $0 != 0 })
        guard name.count < field.count, isPadding(field.dropFirst(name.count + 1), after: name) else {
            throw error(.corrupt, expected: "a name that ends with NUL", found: shown(field))
        }
        if kind == .directory {
            if name.last == UInt8(ascii: "/") { name.removeLast() }
            if name == [UInt8(ascii: ".")] { return nil }
        }
        if name.starts(with: "./".utf8) { name.removeFirst(2) }
        let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual([0x2E]) && !$0.elementsEqual([0x2E, 0x2E])
        }
        guard isPlain else {
            throw error(.forbidden, expected: "a path inside the data directory", found: shown(name), name)
        }
        return name
    }

    /// NULs; after the name of a timeline's history also the end of the name that it was written under:
    /// pg_basebackup renames `00000002.history.tmp` by writing the shorter name over it (`tar_close` in
    /// src/bin/pg_basebackup/walmethods.c).
    private func isPadding(_ rest: ArraySlice<UInt8>, after name: [UInt8]) -> Bool {
        let isRenamed = name.suffix(8).elementsEqual(".history".utf8) && rest.starts(with: "tmp\0".utf8)
        return (isRenamed ? rest.dropFirst(3) : rest).allSatisfy { $0 == 0 }
    }

    /// Digits and then blanks or NULs, or GNU's base-256 with its leading `0x80`.
    private func number(_ field: Range<Int>, _ expected: String) throws(ArchiveError) -> UInt64 {
        if bytes[field.lowerBound] == 0x80 { return try largeNumber(field, expected) }
        let digits = bytes[field].prefix { (0x30...0x37).contains($0) }
        let rest = bytes[field].dropFirst(digits.count)
        guard !digits.isEmpty, rest.allSatisfy({ $0 == 0x20 || $0 == 0 }) else {
            throw error(.corrupt, expected: "\(expected) in octal digits", found: shown(bytes[field]))
        }
        // At most twelve digits: 36 bits.
        return digits.reduce(0) { $0 << 3 | UInt64($1 - 0x30) }
    }

    private func largeNumber(_ field: Range<Int>, _ expected: String) throws(ArchiveError) -> UInt64 {
        let value = bytes[field].dropFirst()
        guard value.dropLast(8).allSatisfy({ $0 == 0 }), let top = value.suffix(8).first, top < 0x80 else {
            throw error(.corrupt, expected: "\(expected) below 2^63", found: "a larger one")
        }
        return value.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func error(
        _ reason: ArchiveError.Reason, expected: String, found: String, _ member: [UInt8]? = nil
    ) -> ArchiveError {
        ArchiveError(
            reason, at: offset, inDecoded: true, expected: expected, found: found, member: member)
    }

    /// Bytes as a message may show them.
    private func shown(_ bytes: some Collection<UInt8>) -> String {
        let text = bytes.prefix(100).map { byte in
            (0x21..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
                ? String(Unicode.Scalar(byte)) : "\\x" + Self.hex(byte)
        }
        return "'\(text.joined())'"
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
