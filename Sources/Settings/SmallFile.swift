// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The text of a file that somebody wrote by hand: UTF-8 and at most 1 MiB.
struct SmallFile {
    static let limit = 1 << 20

    let path: String
    let text: String
    /// Whether users other than its owner may read it.
    let isReadableByOthers: Bool

    /// Reads the file; nil when there is none.
    init?(_ path: String) throws(SettingsError) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Self.unreadable(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        let bytes = try Self.read(descriptor, path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(file: path, reason: "it is not UTF-8")
        }
        self.path = path
        self.text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        isReadableByOthers = status.st_mode & 0o044 != 0
    }

    /// The lines, numbered from 1, without their ends.
    var lines: [(number: Int, text: Substring)] {
        // CRLF is one character, so both kinds of line end are "new lines" and nothing is left of them.
        text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
            .enumerated().map { ($0.offset + 1, $0.element) }
    }

    private static func read(_ descriptor: Int32, _ path: String) throws(SettingsError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw .unreadable(file: path, reason: "it is larger than 1 MiB")
            }
        }
    }

    private static func unreadable(_ path: String) -> SettingsError {
        .unreadable(file: path, reason: String(cString: strerror(errno)).lowercased())
    }
}
