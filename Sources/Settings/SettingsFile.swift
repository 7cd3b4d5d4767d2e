// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// The text of a file that somebody wrote by hand: UTF-8 and at most 1 MiB.
struct SettingsFile {
    private static let limit = 1 << 20

    let path: String
    let text: String
    /// Whether users other than its owner may read it.
    let isReadableByOthers: Bool

    /// Reads the file; nil when there is none.
    init?(_ path: String) throws(SettingsError) {
        let found: (mode: mode_t, bytes: [UInt8]?)
        do throws(SystemError) { found = try Self.read(path) } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw .unreadable(file: path, reason: error.text)
        }
        guard let bytes = found.bytes else {
            throw .unreadable(file: path, reason: "it is larger than 1 MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(file: path, reason: "it is not UTF-8")
        }
        self.path = path
        self.text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        isReadableByOthers = found.mode & 0o044 != 0
    }

    /// A pipe or `/dev/null` will do as well: who names a file may have none.
    private static func read(_ path: String) throws(SystemError) -> (mode_t, [UInt8]?) {
        let file = try FileDescriptor(file: path)
        return (try file.status().mode, try file.rest(limit: limit))
    }

    /// The lines, numbered from 1, without their ends.
    var lines: [(number: Int, text: Substring)] {
        // CRLF is one character, so both kinds of line end are "new lines" and nothing is left of them.
        text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
            .enumerated().map { ($0.offset + 1, $0.element) }
    }
}
