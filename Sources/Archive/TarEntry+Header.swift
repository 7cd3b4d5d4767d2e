// SPDX-License-Identifier: Apache-2.0

/// What stands before an entry's bytes: POSIX.1-2017, utility `pax`, "ustar Interchange Format", and before that a
/// "pax Extended Header" for what ustar has no room for: long names, files from 8 GiB on, high numbers of users.
extension TarEntry {
    /// One block, or three and more.
    func header() throws(TarEntryFault) -> [UInt8] {
        try checkPath()
        let records = paxRecords()
        let own = block(name: fitting(nameBytes, Width.name), type: type, size: size, mode: mode)
        guard !records.isEmpty else { return own }
        let extended = TarEntry(
            path: Array("pax".utf8), kind: .file(size: UInt64(records.count)), mode: 0o600)
        let before = extended.block(
            name: Array("././@PaxHeader".utf8), type: UInt8(ascii: "x"), size: UInt64(records.count),
            mode: 0o600)
        return before + records + [UInt8](repeating: 0, count: TarEntry.padding(of: UInt64(records.count)))
            + own
    }

    /// How many zeros follow so many bytes, up to the next block.
    static func padding(of size: UInt64) -> Int { Int((512 - size % 512) % 512) }

    /// What follows the header.
    var size: UInt64 { if case .file(let size) = kind { size } else { 0 } }

    /// How much ustar has room for; names that fill their field to the last byte are not every reader's.
    private enum Width {
        static let name = 99
        static let link = 99
        /// Of an octal number, in digits.
        static let identifier = 7
        static let size = 11
    }

    private func checkPath() throws(TarEntryFault) {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && ![[0x2E], [0x2E, 0x2E]].contains(Array($0)) }
        guard isPlain || (path == [0x2E] && kind == .directory) else {
            throw TarEntryFault(path, "no plain relative path")
        }
        guard !path.contains(0), !linkTarget.contains(0) else { throw TarEntryFault(path, "a NUL in a name") }
        if case .link(let target) = kind, target.isEmpty { throw TarEntryFault(path, "a link to nothing") }
    }

    private var nameBytes: [UInt8] { kind == .directory ? path + [UInt8(ascii: "/")] : path }

    private var linkTarget: [UInt8] { if case .link(let target) = kind { target } else { [] } }

    private var type: UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .directory: UInt8(ascii: "5")
        case .link: UInt8(ascii: "2")
        }
    }

    /// Lines of `LENGTH KEY=VALUE`, for what goes beyond ustar only.
    private func paxRecords() -> [UInt8] {
        var records: [UInt8] = []
        func note(_ key: String, _ value: [UInt8], unless fits: Bool) {
            if !fits { records += TarEntry.paxRecord(key, value) }
        }
        func note(_ key: String, _ value: UInt64, digits: Int) {
            note(key, Array(String(value).utf8), unless: TarEntry.fits(value, digits: digits))
        }
        note("path", nameBytes, unless: nameBytes.count <= Width.name)
        note("linkpath", linkTarget, unless: linkTarget.count <= Width.link)
        note("size", size, digits: Width.size)
        note("uid", UInt64(owner), digits: Width.identifier)
        note("gid", UInt64(group), digits: Width.identifier)
        note("mtime", modified, digits: Width.size)
        return records
    }

    /// The length counts its own digits.
    private static func paxRecord(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while String(length).utf8.count + rest.count != length {
            length = String(length).utf8.count + rest.count
        }
        return Array(String(length).utf8) + rest
    }

    private static func fits(_ value: UInt64, digits: Int) -> Bool { value >> UInt64(3 * digits) == 0 }

    private func fitting(_ bytes: [UInt8], _ width: Int) -> [UInt8] { Array(bytes.prefix(width)) }

    /// One header of ustar; what does not fit stands in the pax header before it, and as 0 or cut off in here.
    private func block(name: [UInt8], type: UInt8, size: UInt64, mode: UInt32) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, at place: Int) {
            block.replaceSubrange(place..<place + bytes.count, with: bytes)
        }
        func put(_ value: UInt64, at place: Int, digits: Int) {
            let octal = String(TarEntry.fits(value, digits: digits) ? value : 0, radix: 8)
            put(Array((String(repeating: "0", count: digits - octal.utf8.count) + octal).utf8), at: place)
        }
        put(name, at: 0)
        put(UInt64(mode & 0o7777), at: 100, digits: Width.identifier)
        put(UInt64(owner), at: 108, digits: Width.identifier)
        put(UInt64(group), at: 116, digits: Width.identifier)
        put(size, at: 124, digits: Width.size)
        put(modified, at: 136, digits: Width.size)
        block[156] = type
        put(fitting(linkTarget, Width.link), at: 157)
        put(Array("ustar\u{0}00".utf8), at: 257)
        put(0, at: 329, digits: Width.identifier)
        put(0, at: 337, digits: Width.identifier)
        // The sum is taken with blanks in its place.
        put([UInt8](repeating: 0x20, count: 8), at: 148)
        put(block.reduce(0) { $0 + UInt64($1) }, at: 148, digits: 6)
        block[154] = 0
        return block
    }
}
