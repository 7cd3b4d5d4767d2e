// SPDX-License-Identifier: Apache-2.0

/// Reads one JSON object (RFC 8259) whose values are no arrays or objects: all that metadata servers send.
enum FlatJSON {
    /// The members that are strings; nil when the document is anything else or repeats a name.
    static func strings(_ document: [UInt8]) -> [String: String]? {
        var reader = Reader(document)
        guard reader.skip(UInt8(ascii: "{")) else { return nil }
        var fields: [String: String] = [:]
        if reader.skip(UInt8(ascii: "}")) { return reader.isAtEnd ? fields : nil }
        var names: Set<String> = []
        repeat {
            guard let name = reader.string(), names.insert(name).inserted, reader.skip(UInt8(ascii: ":"))
            else {
                return nil
            }
            if let value = reader.string() {
                fields[name] = value
            } else if !reader.skipWord() {
                return nil
            }
        } while reader.skip(UInt8(ascii: ","))
        return reader.skip(UInt8(ascii: "}")) && reader.isAtEnd ? fields : nil
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        var isAtEnd: Bool {
            mutating get {
                skipBlanks()
                return rest.isEmpty
            }
        }

        private mutating func skipBlanks() {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        }

        mutating func skip(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// A number, `true`, `false` or `null`.
        mutating func skipWord() -> Bool {
            skipBlanks()
            let word = rest.prefix { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || "0123456789+-.E".utf8.contains(byte)
            }
            rest = rest.dropFirst(word.count)
            return !word.isEmpty
        }

        mutating func string() -> String? {
            guard skip(UInt8(ascii: "\"")) else { return nil }
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = escape() else { return nil }
                    bytes += Array(String(escaped).utf8)
                case 0..<0x20: return nil
                default: bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func escape() -> Unicode.Scalar? {
            switch rest.popFirst() {
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"):
                let digits = String(decoding: rest.prefix(4), as: UTF8.self)
                rest = rest.dropFirst(4)
                guard digits.utf8.count == 4, !digits.hasPrefix("+"), let value = UInt32(digits, radix: 16)
                else {
                    return nil
                }
                return Unicode.Scalar(value)
            case let byte? where "\"\\/".utf8.contains(byte): return Unicode.Scalar(byte)
            default: return nil
            }
        }
    }
}
