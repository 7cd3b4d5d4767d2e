// SPDX-License-Identifier: Apache-2.0

/// A tar archive in memory, taken apart just far enough to damage it on purpose.
public struct TarFile: Sendable {
    public struct Member: Sendable {
        /// The 512 bytes before the content, as they stand.
        public var header: [UInt8]
        public var content: [UInt8]

        public var name: String {
            get { String(decoding: header[0..<100].prefix { $0 != 0 }, as: UTF8.self) }
            set {
                let bytes = Array(newValue.utf8.prefix(100))
                header.replaceSubrange(0..<100, with: bytes + [UInt8](repeating: 0, count: 100 - bytes.count))
            }
        }

        /// Writes text into a field of the header, and NULs up to its end.
        public mutating func set(_ field: Range<Int>, _ text: String) {
            let bytes = Array(text.utf8.prefix(field.count))
            header.replaceSubrange(
                field, with: bytes + [UInt8](repeating: 0, count: field.count - bytes.count))
        }

        /// Makes size and checksum agree with the rest again.
        public mutating func seal(withSize: Bool = true) {
            if withSize { set(124..<136, Self.octal(content.count, 11) + " ") }
            let sum = header.enumerated().reduce(0) {
                $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
            }
            set(148..<156, Self.octal(sum, 7) + " ")
        }

        private static func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
    }

    public var members: [Member] = []
    /// What stands after the last member: two blocks of zeros.
    public var tail: [UInt8]

    /// Takes a sound archive apart.
    public init(_ bytes: [UInt8]) {
        var position = 0
        while position + 512 <= bytes.count {
            let header = Array(bytes[position..<position + 512])
            if header.allSatisfy({ $0 == 0 }) { break }
            let digits = header[124..<136].prefix { (0x30...0x37).contains($0) }
            let size = digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
            let start = position + 512
            members.append(Member(header: header, content: Array(bytes[start..<start + size])))
            position = start + (size + 511) / 512 * 512
        }
        tail = Array(bytes[position...])
    }

    public var bytes: [UInt8] {
        var all: [UInt8] = []
        for member in members {
            all += member.header + member.content
            all += [UInt8](repeating: 0, count: (512 - member.content.count % 512) % 512)
        }
        return all + tail
    }

    /// A member of its own kind, modelled on a file that is there.
    public func newMember(_ name: String, _ content: [UInt8], type: Character = "0") -> Member {
        var member = Member(header: [UInt8](repeating: 0, count: 512), content: content)
        if let model = members.first(where: { $0.header[156] == UInt8(ascii: "0") }) { member = model }
        member.content = content
        member.name = name
        member.header[156] = type.asciiValue ?? 0
        member.seal()
        return member
    }

    public func index(of name: String) -> Int? { members.firstIndex { $0.name == name } }
}
