// SPDX-License-Identifier: Apache-2.0

/// The sections of an AWS configuration or credentials file.
///
/// The format of the AWS SDKs' reference guide, "Shared config and credentials files": `[section]`, `key = value`,
/// comments on lines of their own or after a blank, and indented lines that belong to the key above them. Those
/// nested lines are skipped; anything else is an error with its line number.
struct INIFile {
    private(set) var sections: [String: [String: String]] = [:]

    private let path: String
    private var current: String?
    private var hasKey = false

    init(_ file: SettingsFile) throws(SettingsError) {
        path = file.path
        for (number, text) in file.lines { try take(text, number) }
    }

    private mutating func take(_ line: Substring, _ number: Int) throws(SettingsError) {
        let text = Self.withoutComment(line)
        if text.isEmpty { return }
        if line.first?.isWhitespace == true {
            guard hasKey else { throw malformed(number, "is indented under no setting") }
            return
        }
        if text.first == "[" { return try open(text, number) }
        guard let equals = text.firstIndex(of: "=") else {
            throw malformed(number, "neither [section] nor key = value")
        }
        try set(
            trim(text[..<equals]).lowercased(), to: String(trim(text[text.index(after: equals)...])), number)
    }

    private mutating func open(_ text: Substring, _ number: Int) throws(SettingsError) {
        guard text.last == "]" else { throw malformed(number, "']' is missing") }
        let words = trim(text.dropFirst().dropLast()).split(maxSplits: 1, whereSeparator: \.isWhitespace)
        let name = words.map { trim($0).filter { $0 != "\"" && $0 != "'" } }.joined(separator: " ")
        guard !name.isEmpty else { throw malformed(number, "a section needs a name") }
        guard sections[name] == nil else { throw malformed(number, "section '\(name)' is there twice") }
        sections[name] = [:]
        (current, hasKey) = (name, false)
    }

    private mutating func set(_ key: String, to value: String, _ number: Int) throws(SettingsError) {
        guard let current else { throw malformed(number, "a setting before the first section") }
        guard !key.isEmpty else { throw malformed(number, "a setting needs a name") }
        guard sections[current]?.updateValue(value, forKey: key) == nil else {
            throw malformed(number, "'\(key)' is there twice")
        }
        hasKey = true
    }

    private func malformed(_ line: Int, _ reason: String) -> SettingsError {
        .malformed(file: path, line: line, reason: reason)
    }

    /// The line without blanks around it and without a comment, which starts it or follows a blank.
    private static func withoutComment(_ line: Substring) -> Substring {
        var isAfterBlank = true
        for index in line.indices {
            if isAfterBlank && (line[index] == "#" || line[index] == ";") { return trim(line[..<index]) }
            isAfterBlank = line[index].isWhitespace
        }
        return trim(line)
    }
}

/// A text without the blanks around it.
func trim(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
}
