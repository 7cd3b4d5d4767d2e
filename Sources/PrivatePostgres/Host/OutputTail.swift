// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files

/// Reads what a child process writes into a file, as it grows, line by line.
///
/// However much is written, the file stays small: it is cut from time to time (the child appends), and lines
/// are cut at 2000 bytes. What is written faster than it is read is lost.
struct OutputTail: ~Copyable {
    private static let longestLine = 2000
    private static let largestFile: UInt64 = 8 << 20
    /// Of a child that fails on a full disk, the words that say so must find room.
    private static let reserved: UInt64 = 4 << 10
    private static let largestBacklog: UInt64 = 64 << 20

    private let file: FileDescriptor
    private let buffer = PageBuffer(size: 64 << 10)
    private var position: UInt64 = 0
    private var line: [UInt8] = []
    /// All that has been read so far.
    private(set) var total: UInt64 = 0

    /// Makes the file, new and empty, for a child of ours.
    init(_ path: String) throws(PrivatePostgresError) {
        let (folder, name) = (ObjectName(path).folder.utf8Text ?? "/", ObjectName(path).lastComponent.bytes)
        do throws(SystemError) {
            let parent = try FileDescriptor(folderAt: folder)
            try parent.remove(name)
            file = try FileDescriptor(appending: name, in: parent)
            file.reserve(Self.reserved)
        } catch {
            throw .failed("creating '\(path)'", reason: error.text, hint: "may this user write there?")
        }
    }

    /// For the child, which appends to the file.
    var descriptor: Int32 { file.lentNumber }

    /// Hands over lines that have been written since, the last one when it is complete.
    mutating func read(_ body: (String) -> Void) {
        // Whoever writes faster than this reads must not keep us here.
        for _ in 0..<64 where readPiece(body) == 0 {
            if position > Self.largestFile { cut() }
            return
        }
        if let size = (try? file.status())?.validators.size, size > Self.largestBacklog { cut() }
    }

    /// Hands over all that is left once the child has ended; the last line may have no end.
    mutating func finish(_ body: (String) -> Void) {
        while readPiece(body) > 0 {}
        if !line.isEmpty { hand(over: body) }
    }

    private mutating func readPiece(_ body: (String) -> Void) -> Int {
        guard let count = try? file.read(at: position, limit: buffer.size, into: buffer), count > 0 else {
            return 0
        }
        position += UInt64(count)
        total &+= UInt64(count)
        var rest = buffer.copy(count)[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end].prefix(Self.longestLine - line.count)
            hand(over: body)
            rest = rest[(end + 1)...]
        }
        line += rest.prefix(Self.longestLine - line.count)
        return count
    }

    private mutating func cut() {
        guard (try? file.clear()) != nil else { return }
        position = 0
        file.reserve(Self.reserved)
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
