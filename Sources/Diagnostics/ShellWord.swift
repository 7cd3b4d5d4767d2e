// SPDX-License-Identifier: Apache-2.0

/// One word of a command for a POSIX shell, whatever is in it (POSIX.1-2017, XCU 2.2.2).
///
/// Described as somebody would type it: in quotes only where it needs them.
public struct ShellWord: CustomStringConvertible {
    private let word: String

    /// Takes the word as the command is to get it, without quotes.
    public init(_ word: String) { self.word = word }

    /// The word itself where a shell leaves it as it is, else `quoted`; an empty one is `''`.
    public var description: String {
        let isPlain = word.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && !"'\"\\$`!*?[](){}<>|&;#~^=%".utf8.contains($0)
        }
        return isPlain && !word.isEmpty ? word : quoted
    }

    /// In single quotes, in which a shell changes nothing.
    public var quoted: String { "'\(word.replacing("'", with: #"'\''"#))'" }
}
