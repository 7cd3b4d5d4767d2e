// SPDX-License-Identifier: Apache-2.0

/// A Swift file of this package.
struct SourceFile: Sendable {
    /// From the package's root on, such as `Sources/HTTP/Request.swift`.
    let path: String
    let text: String
    /// The text without comments and without what stands in string literals; its lines stay where they are.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = CodeReader(text).code
    }

    /// The target it belongs to, which is the folder below `Sources` or `Tests`.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The folder it lies in.
    var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }

    var isSource: Bool { path.hasPrefix("Sources/") }

    /// What it imports, one name for each import.
    var imports: [String] {
        let kinds = "(?:(?:struct|class|enum|protocol|typealias|func|let|var)\\s+)?"
        let pattern = "^\\s*(?:@\\w+(?:\\([^)]*\\))?\\s+)*(?:\\w+\\s+)?import\\s+\(kinds)(\\w+)"
        guard let regex = try? Regex(pattern, as: (Substring, Substring).self) else {
            return ["the pattern is broken"]
        }
        return code.split(whereSeparator: \.isNewline).compactMap { line in
            (try? regex.firstMatch(in: line)).map { String($0.output.1) }
        }
    }

    /// The types that are declared in it, nested ones too.
    var declaredTypes: [String] {
        get throws {
            let pattern = #"\b(?:struct|class|enum|protocol|typealias|actor)\s+(\w+)"#
            let regex = try Regex(pattern, as: (Substring, Substring).self)
            return code.matches(of: regex).map { String($0.output.1) }
        }
    }

    /// All Swift files below `Sources` and `Tests`.
    static let all = Result {
        try ["Sources", "Tests"].flatMap { folder in
            try Project.names(below: folder, endingIn: [".swift"]).map {
                try SourceFile(path: "\(folder)/\($0)", text: Project.text(of: "\(folder)/\($0)"))
            }
        }
    }
}

/// Takes comments and the contents of string literals out of Swift text.
///
/// Good enough for the rules: literals with `#` and code inside of interpolations are not looked at.
private struct CodeReader {
    private var kept: [UInt8] = []
    private var rest: ArraySlice<UInt8>

    var code: String { String(decoding: kept, as: UTF8.self) }

    init(_ text: String) {
        rest = ArraySlice(text.utf8)
        kept.reserveCapacity(rest.count)
        while let next = rest.first {
            if rest.starts(with: "//".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if rest.starts(with: "/*".utf8) {
                skip(over: "/*", to: "*/")
            } else if rest.starts(with: "\"\"\"".utf8) {
                skip(over: "\"\"\"", to: "\"\"\"")
            } else if next == UInt8(ascii: "\"") {
                skip(over: "\"", to: "\"")
            } else {
                kept.append(next)
                rest.removeFirst()
            }
        }
    }

    private mutating func skip(over opening: String, to closing: String) {
        rest.removeFirst(opening.utf8.count)
        while let next = rest.first, !rest.starts(with: closing.utf8) {
            if next == UInt8(ascii: "\n") { kept.append(next) }
            rest.removeFirst(next == UInt8(ascii: "\\") && closing != "*/" ? min(2, rest.count) : 1)
        }
        rest = rest.dropFirst(closing.utf8.count)
        kept += "\"\"".utf8
    }
}
