// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import Restorer

@Suite struct `A configuration that is brought` {
    private let place: OwnedDirectory

    init() throws { place = try OwnedDirectory() }

    private var folder: String { "\(place.path)/etc" }

    private func write(_ text: String, to name: String) throws {
        let path = "\(place.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/\(name)", withDestinationPath: target)
    }

    /// What bringing it ends with.
    private func refusal() -> RestoreError? {
        do throws(RestoreError) { _ = try ConfigurationFolder(folder) } catch { return error }
        return nil
    }

    @Test func `is what Debian has there, and what it includes`() throws {
        try write(
            "include 'more.conf'\ninclude_dir 'sites'\ninclude 'a/b/deep.conf'\n", to: "etc/postgresql.conf")
        for name in [
            "pg_hba.conf", "start.conf", "environment", "more.conf", "conf.d/a.conf", "conf.d/a.txt",
            "sites/b.conf",
            "a/b/deep.conf", "other.conf", "postgresql.auto.conf", "PG_VERSION",
        ] {
            try write("", to: "etc/\(name)")
        }
        #expect(
            try ConfigurationFolder(folder).names == [
                "conf.d/a.conf", "environment", "more.conf", "pg_hba.conf", "postgresql.conf", "sites/b.conf",
                "start.conf",
            ])
    }

    @Test func `has a main file`() throws {
        #expect(refusal() == .configurationMissing(folder))
        try write("", to: "etc/pg_hba.conf")
        #expect(refusal() == .configurationMissing("\(folder)/postgresql.conf"))
    }

    @Test(arguments: ["pg_hba.conf", "conf.d", "included.conf"])
    func `comes through no link that leads out`(name: String) throws {
        try write("include 'included.conf'\n", to: "etc/postgresql.conf")
        try write("secret\n", to: "outside/x.conf")
        try link(name, to: name == "conf.d" ? "../outside" : "../outside/x.conf")
        #expect(refusal()?.exitStatus == .usage)
    }

    @Test func `comes through links that stay inside`() throws {
        try write("port = 5433\n", to: "etc/postgresql.conf.d/ours")
        try link("postgresql.conf", to: "postgresql.conf.d/ours")
        #expect(try ConfigurationFolder(folder).files["postgresql.conf"] == Array("port = 5433\n".utf8))
    }

    @Test func `has files of a sensible size and kind only`() throws {
        try write(String(repeating: "#", count: 1 << 20 + 1), to: "etc/postgresql.conf")
        #expect(refusal()?.exitStatus == .usage)
        try write("", to: "etc/postgresql.conf")
        try FileManager.default.createDirectory(
            atPath: "\(folder)/pg_hba.conf", withIntermediateDirectories: false)
        #expect(refusal()?.exitStatus == .usage)
    }
}
