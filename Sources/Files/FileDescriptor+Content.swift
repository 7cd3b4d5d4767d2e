// SPDX-License-Identifier: Apache-2.0
import Glibc

extension FileDescriptor {
    /// All bytes of a regular file by its path below this directory, following no link on the way.
    ///
    /// Who owns the directory can put links there at any time, and we may be root. Nil when it is no regular file,
    /// or has more than `limit` bytes.
    public func content(of path: String, limit: Int = 64 << 10) throws(SystemError) -> [UInt8]? {
        try content(of: path.split(separator: "/")[...], limit)
    }

    private func content(of parts: ArraySlice<Substring>, _ limit: Int) throws(SystemError) -> [UInt8]? {
        guard let name = parts.first else { return nil }
        guard parts.count > 1 else {
            return try FileDescriptor(name.utf8, in: self, for: .bytes).content(limit: limit)
        }
        return try FileDescriptor(name.utf8, in: self, for: .passage).content(of: parts.dropFirst(), limit)
    }
}
