// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc
import Synchronization

/// The only place that writes to the standard streams.
///
/// Results go to stdout, everything for people while they wait to stderr; with `--json` people's text goes
/// to stderr too, so that stdout holds one document.
final class Terminal: Sendable {
    private let isJSON: Bool
    private let isQuiet: Bool
    private let usesColor: Bool
    /// The progress line that stands on the terminal now.
    private let progress = Mutex("")
    let showsProgress: Bool

    init(isJSON: Bool, isQuiet: Bool, allowsColor: Bool) {
        (self.isJSON, self.isQuiet) = (isJSON, isQuiet)
        usesColor = allowsColor && isatty(isJSON ? STDERR_FILENO : STDOUT_FILENO) == 1
        showsProgress = !isQuiet && isatty(STDERR_FILENO) == 1
    }

    /// The standard input and output, for who speaks with the process that has started this one.
    ///
    /// What else is written to the standard output goes to the standard error from then on. Nil where there is no output.
    static func handedOver() -> (input: Int32, output: Int32)? {
        let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { return nil }
        return (STDIN_FILENO, output)
    }

    /// A line of the result that people read; nothing with `--quiet`.
    func say(_ line: String = "") {
        if !isQuiet { write(line + "\n", to: isJSON ? STDERR_FILENO : STDOUT_FILENO) }
    }

    /// The one document of `--json`.
    func document(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// Something about the run itself: errors, warnings.
    func warn(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Replaces the progress line; an empty one removes it.
    ///
    /// It is cut to the terminal's width: what has wrapped to a second line would stay for ever.
    func show(progress line: String) {
        guard showsProgress else { return }
        let line = Self.cut(line, to: Self.width)
        progress.withLock { shown in
            guard shown != line else { return }
            Self.writeAll("\r\u{1B}[K" + line, to: STDERR_FILENO)
            shown = line
        }
    }

    /// The last column stays empty: some terminals wrap when it is written.
    static func cut(_ line: String, to width: Int?) -> String {
        guard let width, width > 1, line.count >= width else { return line }
        return String(line.prefix(width - 2)) + "…"
    }

    /// Asked anew for each line, since windows change; nil where nobody knows.
    private static var width: Int? {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Whether somebody sits there who can be asked.
    var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks a question; only `y` and `yes` are a yes, and the end of the input is a no.
    ///
    /// Nil when the answer was not waited for, since the cancellation was requested.
    func ask(_ question: String, _ cancellation: Cancellation) -> Bool? {
        write(question, to: STDERR_FILENO)
        return Self.line(cancellation).map { ["y", "yes"].contains($0.lowercased()) }
    }

    /// One line of the standard input.
    private static func line(_ cancellation: Cancellation) -> String? {
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") {
            // A signal ends neither `read` nor a `poll` that it comes just before.
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let count = poll(&input, 1, millisecondsBetweenLooks)
            guard !cancellation.isRequested else { return nil }
            guard count > 0 else { continue }
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1 else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static let millisecondsBetweenLooks: Int32 = 100

    /// Asks a question and gives what was typed, empty at the end of the input.
    ///
    /// Nil when the answer was not waited for, since the cancellation was requested.
    func answer(to question: String, _ cancellation: Cancellation) -> String? {
        write(question, to: STDERR_FILENO)
        return Self.line(cancellation)
    }

    enum Color: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case bold = "1"
    }

    func colored(_ text: String, _ color: Color) -> String {
        usesColor ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func write(_ text: String, to descriptor: Int32) {
        progress.withLock { shown in
            if !shown.isEmpty { Self.writeAll("\r\u{1B}[K", to: STDERR_FILENO) }
            Self.writeAll(text, to: descriptor)
            if !shown.isEmpty { Self.writeAll(shown, to: STDERR_FILENO) }
        }
    }

    private static func writeAll(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno != EINTR { return }
            bytes = bytes.dropFirst(max(written, 0))
        }
    }
}
