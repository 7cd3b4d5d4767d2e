// SPDX-License-Identifier: Apache-2.0

/// What goes over the socket between the process that serves WAL and `wal-get --socket`.
///
/// The request is a line: `GET` and a name. The reply is a line, too: `BYTES` and how many, followed by them
/// and by a line with their CRC-32C; `ABSENT`; or `FAILED` and the length of the words that follow.
enum WALMessage {
    /// No line is longer.
    static let lineLimit = 64
    /// No message of a failure is longer.
    static let wordsLimit = 4096

    enum Reply: Equatable {
        case bytes(UInt64)
        case absent
        case failed(Int)
    }

    static func request(_ file: ArchivedWALFile) -> [UInt8] { Array("GET \(file)\n".utf8) }

    /// The file that a request (without its line break) asks for; nil when it is no request.
    static func file(ofRequest line: [UInt8]) -> ArchivedWALFile? {
        guard line.starts(with: "GET ".utf8), let name = String(validating: line.dropFirst(4), as: UTF8.self)
        else { return nil }
        do throws(WALArchiveError) { return try ArchivedWALFile(name) } catch { return nil }
    }

    static func line(_ reply: Reply) -> [UInt8] {
        switch reply {
        case .bytes(let count): Array("BYTES \(count)\n".utf8)
        case .absent: Array("ABSENT\n".utf8)
        case .failed(let count): Array("FAILED \(count)\n".utf8)
        }
    }

    /// Nil when a line is no reply.
    static func reply(_ line: [UInt8]) -> Reply? {
        guard let text = String(validating: line, as: UTF8.self) else { return nil }
        if text == "ABSENT" { return .absent }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        switch words[0] {
        case "BYTES": return UInt64(words[1]).flatMap { $0 <= 1 << 30 ? .bytes($0) : nil }
        case "FAILED": return Int(words[1]).flatMap { $0 <= wordsLimit ? .failed($0) : nil }
        default: return nil
        }
    }

    /// The last line: the checksum of all bytes.
    static func trailer(_ crc: UInt32) -> [UInt8] {
        let digits = String(crc, radix: 16)
        return Array((String(repeating: "0", count: 8 - digits.utf8.count) + digits + "\n").utf8)
    }
}
