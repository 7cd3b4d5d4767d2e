// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Reads what a child process writes into a file, as it grows, line by line.
///
/// However much is written, the file stays small: it is cut from time to time (the child appends), and lines
/// are cut at 2000 bytes. What is written faster than it is read is lost.
struct OutputTail: ~Copyable {
    private static let longestLine = 2000
    private static let largestFile: off_t = 8 << 20
    private static let largestBacklog: off_t = 64 << 20

    /// For the child, which appends to the file.
    let descriptor: Int32
    private var position: off_t = 0
    private var line: [UInt8] = []
    /// All that has been read so far.
    private(set) var total: UInt64 = 0

    /// Makes the file, new and empty, for a child of ours.
    init(_ path: String) throws(PrivatePostgresError) {
        unlink(path)
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed(
                "creating '\(path)'", reason: SystemError.last.text, hint: "may this user write there?")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Hands over lines that have been written since, the last one when it is complete.
    mutating func read(_ body: (String) -> Void) {
        // Whoever writes faster than this reads must not keep us here.
        for _ in 0..<64 where readPiece(body) == 0 {
            if position > Self.largestFile { cut() }
            return
        }
        var status = stat()
        if fstat(descriptor, &status) == 0 && status.st_size > Self.largestBacklog { cut() }
    }

    /// Hands over all that is left once the child has ended; the last line may have no end.
    mutating func finish(_ body: (String) -> Void) {
        while readPiece(body) > 0 {}
        if !line.isEmpty { hand(over: body) }
    }

    private mutating func readPiece(_ body: (String) -> Void) -> Int {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, position) }
        guard count > 0 else { return 0 }
        position += off_t(count)
        total &+= UInt64(count)
        var rest = buffer[..<count]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end].prefix(Self.longestLine - line.count)
            hand(over: body)
            rest = rest[(end + 1)...]
        }
        line += rest.prefix(Self.longestLine - line.count)
        return count
    }

    private mutating func cut() {
        if ftruncate(descriptor, 0) == 0 { position = 0 }
    }

    private mutating func hand(over body: (String) -> Void) {
        body(Self.printable(line))
        line = []
    }

    /// Without anything that a terminal could take for a command.
    private static func printable(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar -> Unicode.Scalar in
                    if scalar == "\t" { return " " }
                    return switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
