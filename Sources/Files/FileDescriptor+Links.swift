// SPDX-License-Identifier: Apache-2.0
import Glibc

extension FileDescriptor {
    /// Where a symbolic link in this directory says that it leads, as it is written there.
    public func target(ofLink name: some Sequence<UInt8>) throws(SystemError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlinkat(number, cString(name), &buffer, buffer.count)
        guard count >= 0 else { throw .last }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }
}
