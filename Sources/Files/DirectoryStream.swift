// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Owns a `DIR`: the names in one directory, in the order in which the file system has them.
@safe
public struct DirectoryStream: ~Copyable {
    private let stream: OpaquePointer

    /// Opens its own position in the directory, so that several listings do not disturb each other.
    public init(_ folder: borrowing FileDescriptor) throws(SystemError) {
        let number = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last }
        guard let stream = unsafe fdopendir(number) else {
            let error = SystemError.last
            close(number)
            throw error
        }
        unsafe self.stream = stream
    }

    deinit { unsafe closedir(stream) }

    /// The next name, without `.` and `..`; nil at the end.
    public mutating func next() throws(SystemError) -> [UInt8]? {
        while true {
            // Only errno tells the end of a directory from a failure to go on.
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw .last }
                return nil
            }
            let name = unsafe Self.name(of: entry)
            if name != [0x2E] && name != [0x2E, 0x2E] { return name }
        }
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let start = unsafe UnsafeRawPointer(entry) + offset
        let length = unsafe strlen(start.assumingMemoryBound(to: CChar.self))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
    }
}
