// SPDX-License-Identifier: Apache-2.0

/// What a pax header says of the member that follows it: lines of `LENGTH KEY=VALUE`.
///
/// Times, owners and notes change nothing in what a member holds, and are passed over. What would give it another
/// name, size or shape is not read.
enum PaxAttributes {
    /// In bytes: more than any program writes for a file of a backup.
    static let sizeLimit: UInt64 = 64 << 10

    private static let harmless: Set<String> = [
        "mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment",
    ]
    private static let harmlessFamilies = ["SCHILY.", "LIBARCHIVE.", "RHT."]
    private static let harmful: Set<String> = ["SCHILY.realsize", "SCHILY.filetype"]

    /// Why the attributes cannot be passed over; nil when they can.
    enum Fault: Equatable {
        case malformed
        /// A key that would have to be understood.
        case unknown([UInt8])
    }

    static func fault(in content: [UInt8]) -> Fault? {
        var rest = content[...]
        while !rest.isEmpty {
            guard let key = takeKey(&rest) else { return .malformed }
            let name = String(decoding: key, as: UTF8.self)
            let isHarmless = harmless.contains(name) || harmlessFamilies.contains { name.hasPrefix($0) }
            guard isHarmless, !harmful.contains(name) else { return .unknown(Array(key)) }
        }
        return nil
    }

    private static func takeKey(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let digits = rest.prefix(6).prefix { (0x30...0x39).contains($0) }
        let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard !digits.isEmpty, length > digits.count + 3, length <= rest.count else { return nil }
        let line = rest.prefix(length)
        rest = rest.dropFirst(length)
        guard line.last == UInt8(ascii: "\n"), line.dropFirst(digits.count).first == UInt8(ascii: " ") else {
            return nil
        }
        let pair = line.dropFirst(digits.count + 1).dropLast()
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals > pair.startIndex else {
            return nil
        }
        return pair[..<equals]
    }
}
