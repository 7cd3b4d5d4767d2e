// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@testable import Restorer

@Suite("settings that do not count in a private server")
struct NeutralisedSettingsTests {
    private struct Files: ServerConfiguration.Files {
        var text: String
        func content(of path: String) -> [UInt8]? { path == "postgresql.conf" ? Array(text.utf8) : nil }
        func names(in path: String) -> [String]? { nil }
    }

    private static func names(_ text: String) throws -> [String] {
        NeutralisedSettings.names(in: try ServerConfiguration(Files(text: text)))
    }

    @Test func `are those that name programs, libraries, files and places of the network`() throws {
        let text = """
            shared_buffers = 1GB
            archive_command = 'cp %p /wal/%f'
            listen_addresses = '*'
            hba_file = '/etc/postgresql/15/main/pg_hba.conf'
            shared_preload_libraries = 'pg_stat_statements'
            Primary_Conninfo = 'host=a'
            work_mem = 4MB
            """
        #expect(
            try Self.names(text) == [
                "archive_command", "hba_file", "listen_addresses", "primary_conninfo",
                "shared_preload_libraries",
            ])
    }

    @Test(arguments: [
        "archive_command = ''", "dynamic_library_path = '$libdir'", "archive_mode = off", "ssl = of",
        "jit = FALSE", "logging_collector = 0", "bonjour = n", "listen_addresses = ''",
        "include_if_exists 'more.conf'", "max_connections = 100", "",
    ])
    func `are not those that name nothing or are off`(line: String) throws {
        #expect(try Self.names(line) == [])
    }

    @Test(arguments: ["archive_mode = always", "ssl = on", "jit = t", "logging_collector = yes", "ssl = o"])
    func `are switches that are not off`(line: String) throws {
        #expect(try Self.names(line).count == 1)
    }

    @Test func `are files of elsewhere that are included, once however many`() throws {
        #expect(try Self.names("include '/etc/a.conf'\ninclude_dir '../b'\n") == ["include"])
        // What counts in the end is the last value.
        #expect(try Self.names("archive_command = 'x'\narchive_command = ''") == [])
    }
}
