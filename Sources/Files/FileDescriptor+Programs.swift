// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Files that programs which we start read and write.
extension FileDescriptor {
    /// Makes a file under a name that must be free, to be read here while others append to it.
    public init(
        appending name: some Sequence<UInt8>, in folder: borrowing FileDescriptor
    ) throws(SystemError) {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        try self.init(number: unsafe openat(folder.number, cString(name), flags, 0o600))
    }

    /// Makes a file without a name, which goes when nobody has it open any more.
    public init(unnamedIn folder: String) throws(SystemError) {
        var path = cString("\(folder)/pg_backctl-XXXXXX".utf8)
        try self.init(number: unsafe mkstemp(&path))
        unsafe unlink(path)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    /// Makes a file without a name that holds these bytes, to be read from its start.
    public init(unnamedIn folder: String, holding bytes: [UInt8]) throws(SystemError) {
        let file = try FileDescriptor(unnamedIn: folder)
        try file.write(bytes)
        guard lseek(file.number, 0, SEEK_SET) == 0 else { throw .last }
        try self.init(number: file.givenNumber())
    }

    /// The system's number, for the call that starts a program; good for as long as this is.
    public var lentNumber: Int32 { number }

    /// Gives the system's number away, to be closed by who takes it.
    public consuming func givenNumber() -> Int32 {
        let number = number
        discard self
        return number
    }
}
