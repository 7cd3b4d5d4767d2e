// SPDX-License-Identifier: Apache-2.0
import Files

/// Reads files of a few KiB whole.
enum SmallFile {
    /// Nil when the file cannot be read, is no regular file, or has more than `limit` bytes.
    static func read(_ path: String, limit: Int = 64 << 10) -> [UInt8]? {
        do { return try FileDescriptor(file: path).content(limit: limit) } catch { return nil }
    }
}

/// The names in a directory.
enum DirectoryNames {
    /// Sorted, without `.` and `..`; empty when the directory cannot be read.
    static func of(_ path: String) -> [String] {
        let names = (try? FileDescriptor(folderAt: path).names()) ?? []
        return names.map { String(decoding: $0, as: UTF8.self) }
    }
}
