// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Foundation
import GRDB
import Glibc

/// The leaves as a file beside the history: one line of JSON each, only ever added to.
///
/// It is written after the commit, so it may be behind, never ahead: whoever writes next catches up from the rows.
struct LeafFile: Sendable {
    private let files: HistoryFiles

    /// Beside the history, under its name with `.leaves` after it.
    init(of files: HistoryFiles) { self.files = files }

    private var path: String { files.path + HistoryFiles.leaves }

    /// Adds what the file lacks of `size` leaves, which `lines` gives for the numbers asked for, but no more than `limit` of them;
    /// false where it lacks more.
    ///
    /// What stands behind the last whole line is no leaf: a kill or a power failure has left it, and it makes way. A last line that is no
    /// leaf of ours stays, for `audit verify` to find, and throws.
    func catchUp(to size: Int, limit: Int, _ lines: (Range<Int>) throws -> [[UInt8]]) throws -> Bool {
        let file = try files.openLeaves()
        try file.waitForLock()
        let end = try file.status().validators.size
        let tail = try tail(file, end)
        if tail.end < end { try file.cut(to: tail.end) }
        guard tail.next < size else { return true }
        let missing = tail.next..<min(size, tail.next + limit)
        try file.write(try lines(missing).flatMap { $0 + [UInt8(ascii: "\n")] }, at: tail.end)
        return missing.upperBound == size
    }

    /// Whether its first line is a leaf of another history, as where a copy was put back in place of a lost one.
    func isOfAnother(_ db: Database) throws -> Bool {
        guard let first = try? FileDescriptor(file: path).bytes(in: 0..<Self.longestHead),
            let end = first.firstIndex(of: UInt8(ascii: "\n")),
            let leaf = try? JSONDecoder().decode(Named.self, from: Data(first[..<end]))
        else { return false }
        return try String.fetchOne(db, sql: "SELECT id FROM identity") != leaf.history
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

    /// Which leaf is to come, and where: behind the last whole line.
    private func tail(_ file: borrowing FileDescriptor, _ end: UInt64) throws -> (next: Int, end: UInt64) {
        var length: UInt64 = 64 << 10
        while length <= UInt64(Self.longestLine) {
            let start = end > length ? end - length : 0
            let bytes = try file.bytes(in: start..<end)
            let stop = bytes.lastIndex(of: UInt8(ascii: "\n"))
            let before = stop.flatMap { bytes[..<$0].lastIndex(of: UInt8(ascii: "\n")) }
            if start == 0 || before != nil {
                guard let stop else { return (0, 0) }
                let line = bytes[(before.map { $0 + 1 } ?? 0)..<stop]
                return (try number(of: line) + 1, start + UInt64(stop) + 1)
            }
            length *= 16
        }
        throw foreign
    }

    private func number(of line: ArraySlice<UInt8>) throws -> Int {
        let number = try? JSONDecoder().decode(Numbered.self, from: Data(line)).leaf
        guard let number, (0..<Int.max).contains(number) else { throw foreign }
        return number
    }

    private var foreign: HistoryError {
        .unusable(path: path, reason: "its last line is no leaf that this program has written")
    }

    /// The first leaf is a short one: a key, or an event.
    private static let longestHead: UInt64 = 64 << 10

    private struct Named: Decodable {
        var history: String
    }

    private struct Numbered: Decodable {
        var leaf: Int
    }
}
