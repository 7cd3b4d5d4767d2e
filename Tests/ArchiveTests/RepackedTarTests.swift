// SPDX-License-Identifier: Apache-2.0
import Archive
import Foundation
import TestKit
import Testing

@Suite struct `An archive that another program packed again` {
    private func read(_ bytes: [UInt8]) -> (members: Members, trait: String?, error: ArchiveError?) {
        let members = Members()
        let reader = TarReader(into: members)
        let error = reader.consume(bytes)
        return (members, reader.foreignTrait, error)
    }

    private func pack(_ program: String, _ options: [String]) async throws -> [UInt8] {
        try await TemporaryDirectory.with { place in
            let root = try place.makeDirectory("data")
            try FileManager.default.createDirectory(
                atPath: "\(root)/base", withIntermediateDirectories: true)
            try Data(sample(3)).write(to: URL(filePath: "\(root)/PG_VERSION"))
            try Data(sample(5000)).write(to: URL(filePath: "\(root)/base/1"))
            try await Program(program)(["-cf", place.path("base.tar")] + options + ["-C", root, "."])
            return [UInt8](try Data(contentsOf: URL(filePath: place.path("base.tar"))))
        }
    }

    /// GNU tar, and bsdtar where it is installed.
    private static let packers: [[String]] =
        [
            ["tar", "--format=gnu"], ["tar", "--format=pax"], ["tar", "--format=ustar"],
            ["tar", "--format=pax", "--pax-option=exthdr.name=x,comment=hello"],
        ]
        + (FileManager.default.isExecutableFile(atPath: "/usr/bin/bsdtar")
            ? ["ustar", "pax", "gnutar"].map { ["bsdtar", "--format=\($0)"] } : [])

    @Test(arguments: packers)
    func `gives the same members`(packer: [String]) async throws {
        let (members, trait, error) = read(try await pack(packer[0], Array(packer.dropFirst())))
        #expect(error == nil && trait != nil, "\(packer)")
        let files = members.all.filter { $0.member.kind == .file }
        let contents = Dictionary(
            uniqueKeysWithValues: files.map { (String(decoding: $0.member.path, as: UTF8.self), $0.content) })
        #expect(contents == ["PG_VERSION": sample(3), "base/1": sample(5000)])
    }

    @Test func `is not read where a pax header gives a member another name`() async throws {
        let bytes = try await pack("tar", ["--format=pax", "--pax-option=path=evil"])
        let (members, _, error) = read(bytes)
        #expect(error?.reason == .unsupported && members.all.isEmpty)
    }

    @Test func `may hold no links`() async throws {
        let bytes = try await TemporaryDirectory.with { place in
            let root = try place.makeDirectory("data")
            try FileManager.default.createSymbolicLink(
                atPath: "\(root)/link", withDestinationPath: "/etc/passwd")
            try await Program("tar")(["-cf", place.path("base.tar"), "-C", root, "."])
            return [UInt8](try Data(contentsOf: URL(filePath: place.path("base.tar"))))
        }
        #expect(read(bytes).error?.reason == .forbidden)
    }
}
