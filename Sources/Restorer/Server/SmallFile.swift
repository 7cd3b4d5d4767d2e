// SPDX-License-Identifier: Apache-2.0
import Files

/// Reads files of a few KiB whole.
enum SmallFile {
    /// Nil when the file cannot be read, is no regular file, or has more than `limit` bytes.
    static func read(_ path: String, limit: Int = 64 << 10) -> [UInt8]? {
        do { return try FileDescriptor(file: path).content(limit: limit) } catch { return nil }
    }

    /// Reads a file by its path below a directory, following no link on the way.
    ///
    /// Who owns the directory can put links there at any time, and we may be root.
    static func read(
        _ path: String, below folder: borrowing FileDescriptor, limit: Int = 64 << 10
    ) -> [UInt8]? {
        do { return try read(path.split(separator: "/")[...], below: folder, limit) } catch { return nil }
    }

    private static func read(
        _ parts: ArraySlice<Substring>, below folder: borrowing FileDescriptor, _ limit: Int
    ) throws(SystemError) -> [UInt8]? {
        guard let name = parts.first else { return nil }
        guard parts.count > 1 else {
            return try FileDescriptor(name.utf8, in: folder, for: .bytes).content(limit: limit)
        }
        let next = try FileDescriptor(name.utf8, in: folder, for: .passage)
        return try read(parts.dropFirst(), below: next, limit)
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
