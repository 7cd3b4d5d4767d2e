// SPDX-License-Identifier: Apache-2.0
import Digests
import Files

/// A name that nobody gives to a folder but a trial: sixteen digits by chance, and the sum of these.
struct TrialFolderName: Equatable {
    private static let prefix = "pg_backctl-trial-"

    let text: String

    /// Another one each time.
    init() { self.init(UInt64.random(in: .min ... .max)) }

    init(_ number: UInt64) {
        let digits = String(number, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        text = Self.prefix + padded + "-" + Self.sum(padded)
    }

    /// Nil for a name that is none.
    init?(bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), text.hasPrefix(Self.prefix),
            let number = UInt64(text.dropFirst(Self.prefix.count).prefix(16), radix: 16)
        else { return nil }
        self.init(number)
        guard self.text == text else { return nil }
    }

    /// Whether a path, which is absolute, leads into the folder of a trial, through links as well.
    static func isPart(of path: String) -> Bool {
        var (folder, rest) = (path, path[...])
        // What is not there yet has a parent that is.
        while !folder.isEmpty, (try? FileStatus(following: folder)) == nil {
            rest = rest.dropLast(rest.reversed().prefix { $0 != "/" }.count).dropLast()
            folder = String(rest)
        }
        let real = (try? RealPath.of((folder.isEmpty ? "/" : folder).utf8)) ?? []
        return [Array(path.utf8), real].contains { path in
            path.split(separator: UInt8(ascii: "/")).contains { TrialFolderName(bytes: Array($0)) != nil }
        }
    }

    private static func sum(_ digits: String) -> String {
        let sum = String(CRC32C.checksum(of: Array(digits.utf8)).value, radix: 16)
        return String(repeating: "0", count: 8 - sum.count) + sum
    }
}
