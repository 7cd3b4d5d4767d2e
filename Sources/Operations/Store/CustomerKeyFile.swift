// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation

/// The key of objects that are encrypted with a key of the customer's (SSE-C).
enum CustomerKeyFile {
    private static let length = 32

    /// Reads a file with 32 raw bytes, or with their base64; gives the base64.
    static func read(_ path: String) throws -> Secret {
        guard let file = FileHandle(forReadingAtPath: path), let content = try file.read(upToCount: 1024)
        else {
            throw OperationError.usage(
                "'\(path)' cannot be read", hint: "--sse-customer-key-file names a file.")
        }
        if content.count == length { return Secret(content.base64EncodedString()) }
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard Data(base64Encoded: text)?.count == length else {
            throw OperationError.usage(
                "'\(path)' does not hold a key of 32 bytes", hint: "SSE-C needs 256 bits, raw or in base64.")
        }
        return Secret(text)
    }
}
