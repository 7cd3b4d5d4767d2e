// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A Swift file of this package.
struct SourceFile: Sendable {
    /// From the package's root on, such as `Sources/HTTP/Request.swift`.
    let path: String
    let text: String

    /// The target it belongs to, which is the folder below `Sources` or `Tests`.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isSource: Bool { path.hasPrefix("Sources/") }

    /// The text without comments and without what stands in string literals; its lines stay where they are.
    var code: String { CodeReader(text).code }

    /// All Swift files below `Sources` and `Tests`.
    static func all() throws -> [SourceFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try ["Sources", "Tests"].flatMap { folder in
            let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            return try (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted()
                .map { name in
                    let path = "\(folder)/\(name)"
                    return try SourceFile(
                        path: path, text: String(contentsOf: root.appending(path: path), encoding: .utf8))
                }
        }
    }
}

/// Takes comments and the contents of string literals out of Swift text.
///
/// Good enough for the rules: literals with `#` and code inside of interpolations are not looked at.
private struct CodeReader {
    private(set) var code = ""
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
        while let next = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                skip(over: "/*", to: "*/")
            } else if rest.hasPrefix("\"\"\"") {
                skip(over: "\"\"\"", to: "\"\"\"")
            } else if next == "\"" {
                skip(over: "\"", to: "\"")
            } else {
                code.append(next)
                rest.removeFirst()
            }
        }
    }

    private mutating func skip(over opening: String, to closing: String) {
        rest.removeFirst(opening.count)
        while let next = rest.first, !rest.hasPrefix(closing) {
            if next.isNewline { code.append("\n") }
            rest.removeFirst(next == "\\" && closing != "*/" ? min(2, rest.count) : 1)
        }
        rest = rest.dropFirst(closing.count)
        code += "\"\""
    }
}
