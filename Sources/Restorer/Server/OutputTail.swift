// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reads what a child process writes into a file, as it grows, line by line.
///
/// However much is written, the file stays small: it is cut when it has been read (the child appends), and lines
/// are cut at 2000 bytes.
struct OutputTail: ~Copyable {
    private static let longestLine = 2000
    private static let largestFile: off_t = 8 << 20

    let path: String
    private let descriptor: Int32
    private var position: off_t = 0
    private var line: [UInt8] = []
    /// All that has been read so far.
    private(set) var total: UInt64 = 0

    /// Makes the file, new and empty, for a child of ours.
    init(_ path: String) throws(RestoreError) {
        unlink(path)
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed(
                "creating '\(path)'", reason: SystemErrorText.of(errno), hint: "may this user write there?")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Hands over the lines that have been written since, the last one when it is complete.
    mutating func read(_ body: (String) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, position)
            }
            guard count > 0 else { break }
            position += off_t(count)
            total &+= UInt64(count)
            for byte in buffer.prefix(count) { take(byte, body) }
        }
        // What is written between the last read and this is lost: the end of an immense log is not worth more.
        if position > Self.largestFile && ftruncate(descriptor, 0) == 0 { position = 0 }
    }

    /// Hands over the last line, too, which may have no end.
    mutating func finish(_ body: (String) -> Void) {
        read(body)
        if !line.isEmpty { take(UInt8(ascii: "\n"), body) }
    }

    private mutating func take(_ byte: UInt8, _ body: (String) -> Void) {
        guard byte == UInt8(ascii: "\n") else {
            if line.count < Self.longestLine { line.append(byte) }
            return
        }
        body(Self.printable(line))
        line = []
    }

    /// Without anything that a terminal could take for a command.
    private static func printable(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
