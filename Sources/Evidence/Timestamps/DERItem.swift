// SPDX-License-Identifier: Apache-2.0

/// One value of ASN.1 in the distinguished encoding (ITU-T X.690), with a length of its own.
struct DERItem {
    let tag: UInt8
    let content: ArraySlice<UInt8>

    /// What `bytes` is made of, from its first to its last; nil where that is not so, and for more than 1,000 values.
    static func all(in bytes: ArraySlice<UInt8>) -> [DERItem]? {
        var (rest, items): (ArraySlice<UInt8>, [DERItem]) = (bytes, [])
        while !rest.isEmpty {
            guard items.count < 1000, let item = DERItem(from: &rest) else { return nil }
            items.append(item)
        }
        return items
    }

    /// What it consists of; nil for one that is not made of others, or has another tag.
    func items(_ wanted: UInt8 = Tag.sequence) -> [DERItem]? {
        tag == wanted ? DERItem.all(in: content) : nil
    }

    /// Takes one off the front; lengths have 4 bytes at most.
    private init?(from rest: inout ArraySlice<UInt8>) {
        guard let tag = rest.popFirst(), tag & 0x1F != 0x1F, let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest.removeFirst(count)
        }
        guard length <= rest.count else { return nil }
        (self.tag, content) = (tag, rest.prefix(length))
        rest.removeFirst(length)
    }

    /// The identifier octets that occur.
    enum Tag {
        static let integer: UInt8 = 0x02
        static let octets: UInt8 = 0x04
        static let identifier: UInt8 = 0x06
        static let generalizedTime: UInt8 = 0x18
        static let sequence: UInt8 = 0x30
        static let explicit: UInt8 = 0xA0
    }

    /// The bytes of a value whose length is below 128.
    static func short(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count < 0x80, "a longer value has another form")
        return [tag, UInt8(content.count)] + content
    }
}
