// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@testable import Restorer

@Suite("archiving by a restored cluster")
struct ArchivingTests {
    private struct Files: ServerConfiguration.Files {
        var files: [String: String]
        func content(of path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
        func names(in path: String) -> [String]? { nil }
    }

    private static func archiving(_ text: String, auto: String) throws -> Archiving {
        let files = Files(files: ["postgresql.conf": text, "postgresql.auto.conf": auto])
        return Archiving(try ServerConfiguration(files))
    }

    @Test(arguments: [
        ("archive_mode = on\narchive_command = 'cp'", "", Archiving.by(means: "cp", mode: "on")),
        ("archive_mode = on\narchive_command = 'cp'", "archive_mode = off", .none),
        (
            "archive_mode = off\narchive_command = 'cp'", "archive_mode = Always",
            .by(means: "cp", mode: "always")
        ),
        ("archive_mode = on\narchive_command = ''", "", .none),
        ("archive_mode = 1\narchive_library = 'lib'", "", .by(means: "lib", mode: "on")),
        ("archive_mode = on", "", .none),
        ("archive_command = 'cp'", "", .none),
        // A file that was not looked into may say anything, unless what follows it does.
        ("include '/etc/more.conf'", "", .unknown),
        ("include '/etc/more.conf'", "archive_mode = off", .none),
        ("archive_mode = off\ninclude '/etc/more.conf'", "", .unknown),
        ("archive_mode = on", "include '/etc/more.conf'", .unknown),
        ("", "archive_mode = off\ninclude '/etc/more.conf'", .unknown),
    ])
    func `is what counts in the end`(text: String, auto: String, archiving: Archiving) throws {
        #expect(try Self.archiving(text, auto: auto) == archiving)
    }

    @Test(arguments: [Archiving.by(means: "cp", mode: "always"), .unknown])
    func `is off behind all other settings, with the way back`(archiving: Archiving) throws {
        let before = "archive_mode = on\narchive_command = 'cp'\n"
        #expect(try Self.archiving(before, auto: before + archiving.linesOff(by: "t")) == .none)
        #expect(
            archiving.linesOff(by: "t").contains("# To archive again: \(archiving.undoing); then restart"))
        #expect(Archiving.unknown.undoing == "ALTER SYSTEM RESET archive_mode")
    }
}
