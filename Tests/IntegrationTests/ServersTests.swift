// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestKit
import Testing

@Suite("the servers that tests use")
struct ServersTests {
    private let content = Array("one hundred and one dalmatians\n".utf8)

    @Test(Requires.rclone)
    func `rclone asks for a signature and shows a directory's changes`() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.makeDirectory("backups")
            try await RcloneServer.with(serving: directory.path) { rclone in
                let url = "\(rclone.endpoint)/backups/a/key"
                let signed = ["--aws-sigv4", "aws:amz:\(rclone.region):s3", "--user"]
                let wrong = signed + ["\(rclone.accessKeyID):guessed"]
                let right = signed + ["\(rclone.accessKeyID):\(rclone.secretAccessKey)"]
                #expect(try await status(of: url, wrong) == "403")
                #expect(try await status(of: url, right) == "404")
                try directory.write(content, to: "backups/a/key")
                #expect(try await status(of: url, right) == "200")
            }
        }
    }

    @Test(Requires.moto)
    func `moto asks for a signature and keeps versions`() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(content, to: "folder/name")
            try await MotoServer.with { moto in
                try await moto.makeBucket("backups", versioned: true)
                try await moto.put(file, bucket: "backups", key: "a/name")
                try await moto.putDirectory(directory.path("folder"), bucket: "backups", prefix: "a/")
                #expect(try await status(of: "\(moto.endpoint)/backups/a/name") == "403")
                let versions = try await moto.python(
                    """
                    for version in s3.list_object_versions(Bucket="backups")["Versions"]:
                        print(version["Key"], version["Size"])
                    """)
                #expect(versions == "a/name \(content.count)\na/name \(content.count)\n")
            }
        }
    }

    @Test(Requires.nginx)
    func `nginx lists what it serves, with the same ETag`() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(content, to: "backups/a/key & more")
            try await NginxServer.with(serving: directory.path, bucket: "backups") { nginx in
                let list = try await curl(["\(nginx.endpoint)/backups?list-type=2&prefix=a%2F"])
                #expect(list.contains("<Key>a/key &amp; more</Key>"))
                #expect(list.contains("<Size>\(content.count)</Size>"))
                let url = "\(nginx.endpoint)/backups/a/key%20&%20more"
                let head = try await curl(["--head", url])
                let etag = try #require(head.firstMatch(of: /ETag: "(.*)"/)?.1)
                #expect(list.contains("<ETag>&quot;\(etag)&quot;</ETag>"))
                #expect(try await curl(["--range", "4-10", url]) == "hundred")
                #expect(try nginx.requests().last == "GET /backups/a/key%20&%20more 206 7 bytes=4-10")

                try FileManager.default.removeItem(atPath: file)
                try nginx.writeListing()
                let after = try await curl(["\(nginx.endpoint)/backups?list-type=2"])
                #expect(after.contains("<KeyCount>0</KeyCount>"))
            }
        }
    }

    @Test(Requires.postgres(.v15, .v16, .v18), arguments: PostgresCluster.Version.allCases)
    func `PostgreSQL runs, is backed up, and is gone afterwards`(
        version: PostgresCluster.Version
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let folder = directory.path("20261027T143000")
            let data = try await PostgresCluster.with(version) { cluster in
                let number = try await cluster.psql("SHOW server_version_num")
                #expect(number.hasPrefix("\(version.rawValue)"))
                let space = try cluster.makeDirectory("space")
                try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
                try await cluster.psql("CREATE TABLE t TABLESPACE elsewhere AS SELECT 1 AS one")
                try await cluster.baseBackup(into: folder, ["-Ft", "-z", "-X", "stream"])
                return cluster.dataDirectory
            }
            #expect(!FileManager.default.fileExists(atPath: data))

            try await writeSumFile(in: folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.filter { $0.hasSuffix(".tar.gz") }.count == 3)
            let sums = try await Program("sha256sum")(["--strict", "--check", "backup.sha256"], in: folder)
            #expect(sums.contains("./base.tar.gz: OK\n"))
            #expect(try Data(contentsOf: URL(filePath: "\(folder)/base.tar.gz")).count > 1_000_000)
        }
    }

    @Test(Requires.nginx)
    func `a server and its directory are gone when the closure throws`() async throws {
        struct Stop: Error {}
        let seen = Mutex<NginxServer?>(nil)
        await #expect(throws: Stop.self) {
            try await TemporaryDirectory.with { directory in
                try directory.makeDirectory("backups")
                try await NginxServer.with(serving: directory.path, bucket: "backups") { nginx in
                    seen.withLock { $0 = nginx }
                    throw Stop()
                }
            }
        }
        let nginx = try #require(seen.withLock { $0 })
        let port = try #require(nginx.endpoint.split(separator: ":").last.flatMap { UInt16($0) })
        #expect(!LoopbackPort.isOpen(port))
        #expect(!FileManager.default.fileExists(atPath: nginx.directory))
    }

    @Test
    func `a program that fails says what it printed`() async throws {
        let failure = await #expect(throws: ProgramFailed.self) {
            try await Program("sh")(["-c", "echo why >&2; exit 3"])
        }
        #expect(failure?.output == "why\n")
    }
}

private func curl(_ arguments: [String]) async throws -> String {
    try await Program("curl")(["--silent", "--show-error"] + arguments)
}

/// The status that a GET of `url` is answered with.
private func status(of url: String, _ options: [String] = []) async throws -> String {
    try await curl(["--output", "/dev/null", "--write-out", "%{http_code}"] + options + [url])
}
