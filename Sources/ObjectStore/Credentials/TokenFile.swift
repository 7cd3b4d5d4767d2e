// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc

/// A file that holds one token and is replaced by others from time to time, so it is read each time.
struct TokenFile: Sendable, Equatable {
    let path: String

    private static let limit = 64 << 10

    func read() throws(ObjectStoreError) -> Secret {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal("it cannot be opened (\(Errno.text(errno)))") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.limit)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let taken = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), room)
            }
            guard taken >= 0 else { throw refusal("it cannot be read (\(Errno.text(errno)))") }
            if taken == 0 { break }
            count += taken
        }
        let text = bytes.prefix(count).filter { $0 != 0x0A && $0 != 0x0D }
        guard count < Self.limit, !text.isEmpty, text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw refusal("it holds no token")
        }
        return Secret(String(decoding: text, as: UTF8.self))
    }

    private func refusal(_ reason: String) -> ObjectStoreError {
        .unusable(
            "token file '\(path)'", reason: reason, hint: "is the file there, and may this user read it?")
    }

    private enum Errno {
        static func text(_ number: Int32) -> String {
            guard let text = unsafe strerror(number) else { return "error \(number)" }
            return unsafe String(cString: text).lowercased()
        }
    }
}
