// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Foundation
import Glibc
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite struct `The settings of a restored cluster` {
    private let place: OwnedDirectory

    init() throws { place = try OwnedDirectory() }

    private func write(_ text: String, to name: String) throws {
        let path = "\(place.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func text(of name: String) throws -> String {
        try String(contentsOfFile: "\(place.path)/\(name)", encoding: .utf8)
    }

    @Test func `keep what another restore has put into them, and what stands behind lines of ours`() throws {
        try write("archive_mode = on\narchive_command = 'cp'\n", to: "postgresql.conf")
        var other = settings()
        other.token = "another"
        _ = try other.prepare(.off)
        let kept = try text(of: "postgresql.auto.conf") + "primary_conninfo = 'host=a'\n"
        try write(kept, to: "postgresql.auto.conf")
        // The copy of a copy: it does not archive, for its own settings say so.
        #expect(try settings().prepare(.keep).archivingOff == nil)
        #expect(try text(of: "postgresql.auto.conf") == kept)
        #expect(try other.prepare(.keep).archivingOff == nil)
        #expect(try text(of: "postgresql.auto.conf") == "primary_conninfo = 'host=a'\n")
    }

    @Test func `lead to no other data directory from a file that lies deep`() throws {
        try write("include 'conf.d/sub/x.conf'\n", to: "postgresql.conf")
        try write("data_directory = '/elsewhere'\n", to: "conf.d/sub/x.conf")
        #expect(try settings().prepare(nil).takenOut.count == 1)
        #expect(try text(of: "conf.d/sub/x.conf").hasPrefix("# taken out"))
        try write(
            (0..<150).map { _ in "data_directory = '/elsewhere'\n" }.joined(), to: "conf.d/sub/x.conf")
        #expect(throws: RestoreError.self) { try settings().prepare(nil) }
    }

    private func settings(isBrought: Bool = false) -> FirstStartSettings {
        FirstStartSettings(
            data: place.path, target: "/srv/restored",
            owner: ServerOwner(user: geteuid(), group: getegid(), name: nil), isBrought: isBrought)
    }

    @Test func `let a copy archive only where somebody wants that`() throws {
        try write("archive_mode = on\narchive_command = 'cp'\n", to: "postgresql.conf")
        try write("work_mem = '7MB'", to: "postgresql.auto.conf")
        #expect(try settings().prepare(.keep).archivingOff == nil)
        #expect(try text(of: "postgresql.auto.conf") == "work_mem = '7MB'")
        let settled = try settings().prepare(nil)
        #expect(settled.archivingOff == .by(means: "cp", mode: "on") && settled.start.archiving == .none)
        let kept = try text(of: "postgresql.auto.conf")
        #expect(
            kept.hasPrefix("work_mem = '7MB'\n# archive_mode is off")
                && kept.hasSuffix("archive_mode = 'off'\n"))
        // Once more changes nothing, and is told all the same: it may be the run that goes on with an interrupted one.
        #expect(try settings().prepare(.off).archivingOff == .by(means: "cp", mode: "on"))
        #expect(try settings().settled().archivingOff == .by(means: "cp", mode: "on"))
        #expect(try text(of: "postgresql.auto.conf") == kept)
        #expect(try settings().prepare(.keep).archivingOff == nil)
        #expect(try text(of: "postgresql.auto.conf") == "work_mem = '7MB'\n")
    }

    @Test func `name what Debian's tools leave behind, besides what is included`() throws {
        try write("include_dir = 'conf.d'\n", to: "postgresql.conf")
        try write("work_mem = '7MB'\n", to: "conf.d/1.conf")
        try write("manual\n", to: "start.conf")
        #expect(try settings().settled().included == ["conf.d", "start.conf"])
    }

    @Test func `are left alone where they archive nothing`() throws {
        try write("archive_mode = on\n", to: "postgresql.conf")
        #expect(try settings().prepare(nil).archivingOff == nil)
        #expect(!FileManager.default.fileExists(atPath: "\(place.path)/postgresql.auto.conf"))
    }

    @Test func `lead to no other data directory, wherever the line stands`() throws {
        try write(
            "data_directory = '/one'\ninclude_dir 'conf.d'\ninclude 'more.conf'\n", to: "postgresql.conf")
        try write("data_directory = '/two'\n", to: "conf.d/a.conf")
        try write("port = 5433\ndata_directory = '/three'\n", to: "more.conf")
        let settled = try settings().prepare(nil)
        #expect(settled.takenOut.map(\.place?.file) == ["more.conf", "conf.d/a.conf", "postgresql.conf"])
        #expect(settled.included == ["conf.d", "more.conf"])
        #expect(
            try text(of: "more.conf").hasPrefix(
                "port = 5433\n# taken out by pg_backctl restore: data_directory"))
    }

    @Test func `name no place of the folder that they were brought from`() throws {
        let text =
            "hba_file = '/etc/pg_hba.conf'\nident_file = '/etc/i'\nexternal_pid_file = '/run/p'\nlog_directory = '/x'\n"
        try write(text, to: "postgresql.conf")
        #expect(try settings().prepare(nil).takenOut == [])
        #expect(try settings(isBrought: true).prepare(nil).takenOut.count == 3)
        #expect(try self.text(of: "postgresql.conf").hasSuffix("\nlog_directory = '/x'\n"))
    }
}
