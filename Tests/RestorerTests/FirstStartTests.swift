// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@testable import Restorer

@Suite("the first start of a restored cluster")
struct FirstStartTests {
    private struct Files: ServerConfiguration.Files {
        var files: [String: String]
        func content(of path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
        func names(in path: String) -> [String]? { nil }
    }

    private static func start(
        _ text: String?, auto: String = "", isHere: @escaping (String) -> Bool? = { _ in nil }
    ) throws -> FirstStart {
        var files = ["postgresql.auto.conf": auto]
        files["postgresql.conf"] = text
        return FirstStart(
            try ServerConfiguration(Files(files: files)), target: "/srv/restored", isHere: isHere)
    }

    @Test func `says which files of the old machine are not on this one`() throws {
        let start = try Self.start("ssl = on\nssl_cert_file = '/etc/c'\nssl_key_file = '/etc/k'\n") {
            $0 == "/etc/c"
        }
        #expect(start.remarks.map(\.weight) == [.leadsOut, .prevents])
        let told = start.remarks.map(\.description)
        #expect(told[0].contains("the server reads that one"))
        #expect(told[1].contains("not on this machine") && told[1].contains("ssl = off"))
        // Where this user may not look, nobody says that it is missing.
        let unseen = try Self.start("ssl = on\nssl_key_file = '/etc/k'\n") { _ in nil }
        #expect(unseen.remarks.allSatisfy { !$0.description.contains("not on this machine") })
    }

    @Test func `has nothing to tell of settings that stay inside`() throws {
        let start = try Self.start(
            """
            data_directory = '/srv/restored/'
            hba_file = 'pg_hba.conf'
            ident_file = '/srv/restored/pg_ident.conf'
            log_directory = 'log'
            logging_collector = on
            archive_mode = off
            archive_command = 'cp %p /wal/%f'
            ssl_key_file = '/etc/ssl/key'
            """)
        #expect(start.remarks.isEmpty && start.archiving == .none)
    }

    @Test(arguments: [
        ("data_directory = '/var/lib/postgresql/15/main'", "data_directory is '/var/lib/postgresql/15/main'"),
        (
            "hba_file = '/etc/postgresql/15/main/pg_hba.conf'",
            "hba_file is '/etc/postgresql/15/main/pg_hba.conf'"
        ),
        ("ident_file = '../pg_ident.conf'", "ident_file is '../pg_ident.conf'"),
        ("include '/etc/more.conf'", "includes '/etc/more.conf'"),
        ("include_if_exists '../more.conf'", "includes '../more.conf'"),
        ("include 'gone.conf'", "not in the backup"),
        ("external_pid_file = '/run/postgresql/15.pid'", "external_pid_file is '/run/postgresql/15.pid'"),
        ("log_directory = '/var/log/pg'\nlogging_collector = on", "log_directory is '/var/log/pg'"),
        ("ssl = on\nssl_key_file = '/etc/ssl/key'", "ssl_key_file is '/etc/ssl/key'"),
        ("archive_mode = on\narchive_command = 'cp %p /wal/%f'", "where 'cp %p /wal/%f' does"),
        ("archive_mode = always\narchive_library = 'basic_archive'", "where 'basic_archive' does"),
        ("archive_mode = TRUE\narchive_command = x", "where 'x' does"),
        ("restore_command = 'scp x'", "restore_command is 'scp x'"),
        ("port = 5433", "port is 5433"),
        ("work_mem 4MB 5MB", "does not understand"),
    ])
    func `tells what leads out of the directory or prevents it`(text: String, words: String) throws {
        let start = try Self.start(text)
        #expect(start.remarks.count == 1)
        let told = start.remarks.map(\.description).joined()
        #expect(told.contains(words) && told.contains("postgresql.conf line"), "\(told)")
    }

    @Test func `is told of without postgresql.conf`() throws {
        let start = try Self.start(nil)
        #expect(start.remarks.map(\.matter) == [.noMainFile])
        #expect(start.remarks.map(\.weight) == [.note])
    }

    @Test func `what ALTER SYSTEM said counts`() throws {
        let start = try Self.start(
            "archive_mode = on\narchive_command = 'cp'\n", auto: "archive_mode = off\n")
        #expect(start.archiving == .none)
        let elsewhere = try Self.start("", auto: "data_directory = '/x'\n").takenOut(isBrought: false)
        #expect(elsewhere.map(\.place?.file) == ["postgresql.auto.conf"])
    }

    @Test func `a name with control characters reaches no terminal`() throws {
        let told = try Self.start("hba_file = '/etc/\u{1B}[2J'").remarks.map(\.description).joined()
        #expect(!told.contains("\u{1B}") && told.contains("\\x1B"), "\(told)")
    }
}
