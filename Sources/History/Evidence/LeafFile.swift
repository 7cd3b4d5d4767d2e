// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Foundation
import Glibc

/// The leaves as a file beside the history: one line of JSON each, only ever added to.
///
/// It is written after the commit, so it may be behind, never ahead: whoever writes next catches up from the rows.
struct LeafFile: Sendable {
    /// Of the history.
    let path: String

    /// Beside the history, under its name with `.leaves` after it.
    init(ofHistory path: String) { self.path = path + HistoryFiles.leaves }

    /// Adds what the file lacks of `size` leaves, which `lines` gives for the numbers asked for; nothing where that is more
    /// than `limit` of them.
    ///
    /// A line that a kill has cut is finished. What is there and differs is left for `audit verify` to find.
    func catchUp(to size: Int, limit: Int, _ lines: (Range<Int>) throws -> [[UInt8]]) throws {
        let file = try open()
        try file.waitForLock()
        let end = try file.status().validators.size
        let (last, rest) = try tail(file, end)
        let next = last.map { $0 + 1 } ?? 0
        guard next < size, size - next <= limit else { return }
        var missing = try lines(next..<size).flatMap { $0 + [UInt8(ascii: "\n")] }[...]
        // What is no beginning of the line that belongs there has been written by somebody else.
        guard missing.starts(with: rest) else { return }
        missing = missing.dropFirst(rest.count)
        try file.write(Array(missing), at: end)
    }

    /// In bytes; 0 where there is none.
    var size: UInt64 { (try? FileDescriptor(file: path).status().validators.size) ?? 0 }

    /// No line of ours is longer, in bytes.
    private static let longestLine = 64 << 20

    /// Hands over all lines of the first `end` bytes in order; one without an end is what a kill has left, and is not handed over.
    func forEachLine(upTo end: UInt64, _ body: (Int, ArraySlice<UInt8>) -> Void) throws {
        let file = try FileDescriptor(file: path)
        var (start, kept, number): (UInt64, [UInt8], Int) = (0, [], 0)
        while start < end {
            let piece = try file.bytes(in: start..<min(end, start + 1 << 20))
            guard !piece.isEmpty else { return }
            start += UInt64(piece.count)
            kept += piece
            guard piece.contains(UInt8(ascii: "\n")) else {
                guard kept.count <= Self.longestLine else { return body(number, kept[...]) }
                continue
            }
            let lines = kept.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() {
                body(number, line)
                number += 1
            }
            kept = Array(lines.last ?? [])
        }
    }

    private func open() throws(SystemError) -> FileDescriptor {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let directory = try FileDescriptor(folderAt: folder)
        do throws(SystemError) { return try FileDescriptor(changing: name.utf8, in: directory) } catch {
            guard error.code == ENOENT else { throw error }
        }
        do throws(SystemError) { return try FileDescriptor(creating: name.utf8, in: directory) } catch {
            guard error.code == EEXIST else { throw error }
            return try FileDescriptor(changing: name.utf8, in: directory)
        }
    }

    /// The number of the last whole line, nil when there is none, and what stands behind it.
    private func tail(_ file: borrowing FileDescriptor, _ end: UInt64) throws -> (Int?, ArraySlice<UInt8>) {
        var length: UInt64 = 64 << 10
        while true {
            let start = end > length ? end - length : 0
            let bytes = try file.bytes(in: start..<end)
            guard let stop = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
                guard start > 0 else { return (nil, bytes[...]) }
                length *= 16
                continue
            }
            let before = bytes[..<stop].lastIndex(of: UInt8(ascii: "\n"))
            guard before != nil || start == 0 else {
                length *= 16
                continue
            }
            let line = bytes[(before.map { $0 + 1 } ?? 0)..<stop]
            let number = try? JSONDecoder().decode(Numbered.self, from: Data(line)).leaf
            // A line that nobody of ours has written: nothing is added behind it.
            return (
                number.flatMap { (0..<Int.max - 1).contains($0) ? $0 : nil } ?? .max - 1, bytes[(stop + 1)...]
            )
        }
    }

    private struct Numbered: Decodable {
        var leaf: Int
    }
}
