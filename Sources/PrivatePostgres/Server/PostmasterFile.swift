// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// What `postmaster.pid` of a data directory says.
///
/// Lines as `AddToDataDirLockFile` writes them (src/include/utils/pidfile.h).
struct PostmasterFile: Sendable, Equatable {
    static let name = "postmaster.pid"

    var identifier: pid_t
    /// Nil until the server has got that far.
    var socketDirectory: String?
    /// `starting`, `stopping`, `ready` or `standby`.
    var status: String?

    /// Nil when the first line is no process number.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? "" }
        // A server without a postmaster (`postgres --single`) writes its number negated.
        guard let first = lines.first, let number = pid_t(first), number != 0, number != .min else {
            return nil
        }
        identifier = abs(number)
        socketDirectory = lines.count > 4 && !lines[4].isEmpty ? lines[4] : nil
        status = lines.count > 7 && !lines[7].isEmpty ? lines[7] : nil
    }

    /// Reads the file in a data directory; nil when there is none that can be read.
    static func read(in directory: String) -> PostmasterFile? {
        guard let folder = try? FileDescriptor(directory: directory) else { return nil }
        return ((try? folder.content(of: name)) ?? nil).flatMap { PostmasterFile($0) }
    }
}
