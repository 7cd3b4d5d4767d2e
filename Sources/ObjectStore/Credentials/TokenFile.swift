// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Files

/// A file that holds one token and is replaced by others from time to time, so it is read each time.
struct TokenFile: Sendable, Equatable {
    let path: String

    private static let limit = 64 << 10

    func read() throws(ObjectStoreError) -> Secret {
        let content: [UInt8]?
        do throws(SystemError) { content = try FileDescriptor(file: path).content(limit: Self.limit) } catch {
            throw refusal("it cannot be read (\(error.text))")
        }
        let text = (content ?? []).filter { $0 != 0x0A && $0 != 0x0D }
        guard !text.isEmpty, text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw refusal("it holds no token")
        }
        return Secret(String(decoding: text, as: UTF8.self))
    }

    private func refusal(_ reason: String) -> ObjectStoreError {
        .unusable(
            "token file '\(path)'", reason: reason, hint: "is the file there, and may this user read it?")
    }
}
