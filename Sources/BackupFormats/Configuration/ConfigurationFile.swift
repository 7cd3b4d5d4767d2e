// SPDX-License-Identifier: Apache-2.0

/// What one file of settings says, in its order: `postgresql.conf`, `postgresql.auto.conf` or a file they include.
///
/// PostgreSQL's rules hold (`ParseConfigFp` in `src/backend/utils/misc/guc-file.l`): a name, perhaps `=`, a value, a
/// line each; names without regard to case. Any bytes can be given: what is no setting becomes a fault, by line.
public struct ConfigurationFile: Sendable, Equatable {
    /// A line that says something.
    public struct Entry: Sendable, Equatable {
        /// From 1 on.
        public var line: Int
        /// What the line says.
        public var statement: Statement
    }

    /// What a line may say.
    public enum Statement: Sendable, Equatable {
        /// A setting; its name in lower case.
        case setting(name: String, value: String)
        /// Another file that stands here; `isOptional` where it may be missing.
        case include(path: String, isOptional: Bool)
        /// All `.conf` files of a directory.
        case includeDirectory(path: String)
    }

    /// In the order of the file.
    public var entries: [Entry] = []
    /// Lines that PostgreSQL refuses to start with.
    public var faultyLines: [Int] = []

    /// Reads all lines, the last one whether a line feed ends it or not.
    public init(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { take(line, number: index + 1) }
    }

    private mutating func take(_ line: ArraySlice<UInt8>, number: Int) {
        var tokens = ConfigurationTokens(line)
        guard let first = tokens.next() else { return }
        guard case .identifier(let name) = first, let value = Self.value(&tokens), tokens.next() == nil else {
            faultyLines.append(number)
            return
        }
        entries.append(Entry(line: number, statement: Self.statement(name.lowercased(), value)))
    }

    private static func value(_ tokens: inout ConfigurationTokens) -> String? {
        var token = tokens.next()
        if token == .equals { token = tokens.next() }
        switch token {
        case .identifier(let text), .number(let text), .string(let text): return text
        case .equals, .unknown, nil: return nil
        }
    }

    private static func statement(_ name: String, _ value: String) -> Statement {
        switch name {
        case "include": .include(path: value, isOptional: false)
        case "include_if_exists": .include(path: value, isOptional: true)
        case "include_dir": .includeDirectory(path: value)
        default: .setting(name: name, value: value)
        }
    }
}
