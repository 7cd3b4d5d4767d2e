// SPDX-License-Identifier: Apache-2.0

/// What a server started on a data directory will be told by its files, as PostgreSQL reads them.
///
/// `postgresql.conf` with what it includes, then `postgresql.auto.conf`; of several values for a name the last one
/// counts. Only files below the data directory are looked into: what leads out of it is named instead, for it may be
/// missing on another machine, or be another cluster's.
public struct ServerConfiguration: Sendable, Equatable {
    /// Where a line stands.
    public struct Place: Sendable, Equatable {
        /// Relative to the data directory.
        public var file: String
        /// From 1 on.
        public var line: Int

        /// `file` is relative to the data directory, `line` from 1 on.
        public init(file: String, line: Int) { (self.file, self.line) = (file, line) }
    }

    /// A value, and where it stands.
    public struct Setting: Sendable, Equatable {
        /// As text, without quotes; units are left as they are.
        public var value: String
        /// Where it stands.
        public var place: Place
    }

    /// A file that was not looked into.
    public struct Include: Sendable, Equatable {
        /// Why a file was not looked into.
        public enum Reason: Sendable, Equatable {
            /// It leads out of the data directory.
            case outside
            /// It is not there, and PostgreSQL will not start without it.
            case missing
            /// More than `PostgreSQL` follows, or a file that includes itself.
            case tooDeep
        }

        /// As that line says it.
        public var path: String
        /// Whether PostgreSQL starts without it.
        public var isOptional: Bool
        /// Why it was not looked into.
        public var reason: Reason
        /// Where the line stands that names it.
        public var place: Place
    }

    /// By name, in lower case; what counts in the end.
    public private(set) var settings: [String: Setting] = [:]
    /// Files and directories that were not looked into.
    public private(set) var includes: [Include] = []
    /// Lines that PostgreSQL refuses to start with.
    public private(set) var faults: [Place] = []
    /// The files that were read, relative to the data directory, in their order.
    public private(set) var files: [String] = []
    /// Whether there is a `postgresql.conf`, without which PostgreSQL does not start.
    public private(set) var hasMainFile = false

    /// `CONF_FILE_MAX_DEPTH`.
    private static let deepest = 10
    /// What was read so far, for a configuration may name itself, or any number of files.
    private struct Effort {
        private static let mostIncludes = 1000
        private static let mostBytes = 64 << 20

        private var includes = 0
        private var bytes = 0
        /// The files that are being read, each included by the one before.
        var open: [String] = []

        /// Whether one more file may be included; PostgreSQL refuses those that include themselves, for they never end.
        mutating func mayInclude(_ file: String) -> Bool {
            includes += 1
            return includes <= Self.mostIncludes && bytes < Self.mostBytes && open.count <= deepest
                && !open.contains(file)
        }

        /// Whether that there are too many was told already.
        var isTold: Bool { includes > Self.mostIncludes + 1 }

        mutating func note(_ content: [UInt8]) { bytes += content.count }
    }

    /// Files below the data directory, by paths relative to it.
    public protocol Files {
        /// The content of a file; nil where there is none.
        func content(of path: String) throws -> [UInt8]?
        /// The names in a directory; nil where there is none.
        func names(in path: String) throws -> [String]?
    }

    /// Reads the configuration of a data directory; throws what `files` throws.
    public init(_ files: some Files) throws {
        var effort = Effort()
        if let bytes = try files.content(of: "postgresql.conf") {
            hasMainFile = true
            try take(bytes, of: "postgresql.conf", files, &effort)
        }
        if let bytes = try files.content(of: "postgresql.auto.conf") {
            try take(bytes, of: "postgresql.auto.conf", files, &effort)
        }
    }

    /// The value that counts, by its name in small letters; nil where none is set.
    public subscript(name: String) -> String? { settings[name]?.value }

    private mutating func take(
        _ bytes: [UInt8], of file: String, _ files: some Files, _ effort: inout Effort
    ) throws {
        effort.note(bytes)
        effort.open.append(file)
        defer { effort.open.removeLast() }
        self.files.append(file)
        let content = ConfigurationFile(bytes)
        faults += content.faultyLines.map { Place(file: file, line: $0) }
        for entry in content.entries {
            let place = Place(file: file, line: entry.line)
            switch entry.statement {
            case .setting(let name, let value): settings[name] = Setting(value: value, place: place)
            case .include(let path, let isOptional):
                try include(path, isOptional, at: place, files, &effort)
            case .includeDirectory(let path):
                try includeDirectory(path, at: place, files, &effort)
            }
        }
    }

    private mutating func include(
        _ path: String, _ isOptional: Bool, at place: Place, _ files: some Files,
        _ effort: inout Effort
    ) throws {
        func skip(_ reason: Include.Reason) {
            includes.append(Include(path: path, isOptional: isOptional, reason: reason, place: place))
        }
        guard let inside = Self.resolve(path, besides: place.file) else { return skip(.outside) }
        guard effort.mayInclude(inside) else { return effort.isTold ? () : skip(.tooDeep) }
        guard let bytes = try files.content(of: inside) else {
            return isOptional ? () : skip(.missing)
        }
        try take(bytes, of: inside, files, &effort)
    }

    /// The files whose names end in `.conf` and begin with no dot, in the order of their bytes.
    private mutating func includeDirectory(
        _ path: String, at place: Place, _ files: some Files, _ effort: inout Effort
    ) throws {
        let folder = Self.resolve(path, besides: place.file)
        guard let folder, let names = try files.names(in: folder) else {
            let reason: Include.Reason = folder == nil ? .outside : .missing
            includes.append(Include(path: path, isOptional: false, reason: reason, place: place))
            return
        }
        let chosen = names.filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }
        for name in chosen.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            try include(
                Self.name(name, below: path), true, at: place, files, &effort)
        }
    }

    private static func name(_ name: String, below folder: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// Whether a path relative to the data directory leads out of it.
    public static func leadsOut(_ path: String) -> Bool { resolve(path, besides: "") == nil }

    /// Relative to the data directory; nil where it leads out of it.
    static func resolve(_ path: String, besides file: String) -> String? {
        guard !path.hasPrefix("/") else { return nil }
        var parts = file.split(separator: "/").dropLast().map(String.init)
        for part in path.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(String(part))
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        return parts.joined(separator: "/")
    }
}
