// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BackupFormats

@Suite struct ConfigurationFileTests {
    private static func statements(_ text: String) -> [ConfigurationFile.Statement] {
        ConfigurationFile(Array(text.utf8)).entries.map(\.statement)
    }

    @Test(arguments: [
        ("port = 5432", "port", "5432"),
        ("port 5432", "port", "5432"),
        ("port=5432# as always", "port", "5432"),
        ("  Work_Mem\t=\t'4MB'  # comment\r", "work_mem", "4MB"),
        ("work_mem = 4MB", "work_mem", "4MB"),
        ("random_page_cost = 1.1", "random_page_cost", "1.1"),
        ("x = -1", "x", "-1"),
        ("x = .5e3", "x", ".5e3"),
        ("log_directory = pg-log/a:b", "log_directory", "pg-log/a:b"),
        ("archive_command = 'cp %p ''/a b''/%f'", "archive_command", "cp %p '/a b'/%f"),
        (#"x = 'it\'s'"#, "x", "it's"),
        (#"x = 'a\\b\tc\101\n'"#, "x", "a\\b\tcA\n"),
        ("auto_explain.log_format = json", "auto_explain.log_format", "json"),
        ("x = ''", "x", ""),
        ("fsync on", "fsync", "on"),
    ])
    func `a setting is read as PostgreSQL reads it`(line: String, name: String, value: String) {
        #expect(Self.statements(line) == [.setting(name: name, value: value)])
    }

    @Test(arguments: [
        "x", "x =", "= 1", "x = 1 2", "x = 'open", "'x' = 1", "1 = 1", "x == 1", "x = @", "x = 'a''",
        "x = (1)",
    ])
    func `what is no setting is a fault of its line`(line: String) {
        let file = ConfigurationFile(Array("a = 1\n\(line)\nb = 2\n".utf8))
        #expect(file.faultyLines == [2])
        #expect(file.entries.map(\.line) == [1, 3])
    }

    @Test func `comments and empty lines are nothing`() {
        let file = ConfigurationFile(Array("# x = 1\n\n   \t\n#include 'y'\n".utf8))
        #expect(file.entries.isEmpty && file.faultyLines.isEmpty)
    }

    @Test func `includes are told apart, whatever their case`() {
        let text = "include 'a.conf'\nINCLUDE_IF_EXISTS = b.conf\ninclude_dir 'conf.d'\n"
        #expect(
            Self.statements(text) == [
                .include(path: "a.conf", isOptional: false), .include(path: "b.conf", isOptional: true),
                .includeDirectory(path: "conf.d"),
            ])
    }

    @Test func `any bytes can be read`() {
        let bytes = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ ($0 >> 3)) }
        let file = ConfigurationFile(bytes)
        #expect(file.entries.count + file.faultyLines.count <= 4096)
    }
}

@Suite struct ServerConfigurationTests {
    private struct Files: ServerConfiguration.Files {
        var files: [String: String]
        func content(of path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
        func names(in path: String) -> [String]? {
            let names = files.keys.filter { $0.hasPrefix(path + "/") }.map {
                String($0.dropFirst(path.count + 1))
            }
            return names.isEmpty ? nil : names
        }
    }

    private static func load(_ files: [String: String]) throws -> ServerConfiguration {
        try ServerConfiguration(Files(files: files))
    }

    @Test func `the last value counts, and the one of ALTER SYSTEM most`() throws {
        let configuration = try Self.load([
            "postgresql.conf": "port = 1\ninclude 'more.conf'\nwork_mem = 2MB\n",
            "more.conf": "work_mem = 1MB\nport = 2\n", "postgresql.auto.conf": "port = 3\n",
        ])
        #expect(configuration["port"] == "3")
        #expect(configuration["work_mem"] == "2MB")
        #expect(configuration.settings["port"]?.place == .init(file: "postgresql.auto.conf", line: 1))
    }

    @Test func `a directory is included in the order of its names`() throws {
        let configuration = try Self.load([
            "postgresql.conf": "include_dir 'conf.d'\n", "conf.d/10.conf": "a = 10\nb = 10\n",
            "conf.d/9.conf": "a = 9\n", "conf.d/.hidden.conf": "a = 0\n", "conf.d/99.bak": "a = 99\n",
        ])
        #expect(configuration["a"] == "9")
        #expect(configuration["b"] == "10")
    }

    @Test(arguments: ["/etc/postgresql/more.conf", "../more.conf", "conf.d/../../more.conf"])
    func `an include that leads out of the directory is named and not followed`(path: String) throws {
        let configuration = try Self.load(["postgresql.conf": "x = 1\ninclude '\(path)'\n"])
        #expect(
            configuration.includes == [
                .init(
                    path: path, isOptional: false, reason: .outside,
                    place: .init(file: "postgresql.conf", line: 2))
            ])
    }

    @Test func `a missing include is told unless it may be missing`() throws {
        let configuration = try Self.load([
            "postgresql.conf": "include 'a.conf'\ninclude_if_exists 'b.conf'\ninclude_dir 'none'\n"
        ])
        #expect(configuration.includes.map(\.path) == ["a.conf", "none"])
        #expect(configuration.includes.allSatisfy { $0.reason == .missing })
    }

    @Test func `a file that includes itself comes to an end`() throws {
        let configuration = try Self.load(["postgresql.conf": "include 'postgresql.conf'\nx = 1\n"])
        #expect(configuration.includes.map(\.reason) == [.tooDeep])
        #expect(configuration["x"] == "1")
        // As hostile as a file can be: each line would read all lines again, ten files deep.
        let many = String(repeating: "include 'postgresql.conf'\ninclude 'other.conf'\n", count: 20_000)
        let hostile = try Self.load(["postgresql.conf": many, "other.conf": many])
        #expect(hostile.includes.count <= 1001 && hostile.includes.allSatisfy { $0.reason == .tooDeep })
    }

    @Test func `without postgresql.conf the settings of ALTER SYSTEM are still read`() throws {
        let configuration = try Self.load(["postgresql.auto.conf": "x = 1\n"])
        #expect(!configuration.hasMainFile && configuration["x"] == "1")
    }
}
