// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What a system call answered instead of doing what it was asked.
public struct SystemError: Error, Equatable, Sendable {
    /// An `errno` value.
    public let code: Int32

    /// The failure with this `errno` value.
    public init(code: Int32) { self.code = code }

    /// The error of the call that just failed.
    public static var last: SystemError { SystemError(code: errno) }

    /// The system's own words for it, in lower case as our messages are.
    public var text: String {
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        let text = unsafe String(cString: words)
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Whether the name leads to nothing: a part of it is missing, is no directory or is too long for a name.
    public var isAbsence: Bool { [ENOENT, ENOTDIR, ENAMETOOLONG].contains(code) }
}
