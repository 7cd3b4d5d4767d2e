// SPDX-License-Identifier: Apache-2.0

/// The `AWS_…` and `POST_INIT_SCRIPT_…` variables of a `.env` file.
///
/// `KEY=VALUE` with an optional `export`; a value is plain, 'single' or "double" quoted and taken as it stands:
/// no expansion, no escapes, no shell. The file may serve other programs too, so lines about other things need
/// not be understood: they are left out with a warning. A bad line about ours is an error.
struct DotEnvFile {
    private(set) var variables: [String: String] = [:]
    private(set) var warnings: [String] = []

    private static let prefixes = ["AWS_", "POST_INIT_SCRIPT_"]
    private static let secrets = [
        "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "POST_INIT_SCRIPT_PASSWORD",
    ]

    init(_ file: SettingsFile) throws(SettingsError) {
        var strange: [Int] = []
        for (number, text) in file.lines {
            let line = Self.withoutExport(trim(text))
            if line.isEmpty || line.first == "#" { continue }
            let parsed = Self.parse(line)
            if Self.prefixes.contains(where: line.hasPrefix) {
                guard let (key, value) = parsed else {
                    throw .malformed(
                        file: file.path, line: number, reason: "not KEY=VALUE with matching quotes")
                }
                variables[key] = value
            } else if parsed == nil {
                strange.append(number)
            }
        }
        if let first = strange.first {
            warnings.append(
                "'\(file.path)' line \(first) is not KEY=VALUE; \(strange.count) such line(s) left out")
        }
        if file.isReadableByOthers && Self.secrets.contains(where: { variables[$0] != nil }) {
            warnings.append(
                "'\(file.path)' holds a secret and can be read by other users; chmod 600 ends that")
        }
    }

    private static func withoutExport(_ line: Substring) -> Substring {
        guard line.hasPrefix("export"), line.dropFirst(6).first?.isWhitespace == true else { return line }
        return trim(line.dropFirst(6))
    }

    private static func parse(_ line: Substring) -> (key: String, value: String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let key = line[..<equals]
        let isName = key.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        }
        guard isName, !key.isEmpty, let value = value(trim(line[line.index(after: equals)...])) else {
            return nil
        }
        return (String(key), value)
    }

    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            return text.contains { $0 == "\"" || $0 == "'" } ? nil : String(plain(text))
        }
        let inner = text.dropFirst()
        guard let end = inner.firstIndex(of: quote) else { return nil }
        let rest = trim(inner[inner.index(after: end)...])
        return rest.isEmpty || rest.first == "#" ? String(inner[..<end]) : nil
    }

    /// A value without quotes ends at a blank and `#`.
    private static func plain(_ text: Substring) -> Substring {
        var end = text.startIndex
        for index in text.indices where text[index] == "#" && index > text.startIndex {
            end = text.index(before: index)
            if text[end].isWhitespace { return trim(text[..<end]) }
        }
        return text.first == "#" ? "" : text
    }
}
