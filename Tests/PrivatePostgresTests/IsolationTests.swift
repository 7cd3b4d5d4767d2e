// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Files
import RestoreKit
import TestKit
import Testing

@testable import PrivatePostgres

@Suite("what holds a server of a trial")
struct IsolationTests {
    @Test func `counts the packets of every interface`() {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
              eth0: 1000      7    0    0    0     0          0         0      500       5    0    0    0     0       0          0
            """
        #expect(NetworkCounts.packets(in: text) == 12)
        #expect(NetworkCounts.packets(in: text.split(separator: "\n").prefix(3).joined(separator: "\n")) == 0)
        // What cannot be read is no silence.
        #expect(NetworkCounts.packets(in: text + "\n eth1: 1 2 3\n") == nil)
    }

    @Test func `leaves a reserve of the file system, and half of one that is small`() {
        let gigabyte: UInt64 = 1 << 30
        #expect(ServerLimits.usualReserve(size: 10 * gigabyte, free: 5 * gigabyte) == gigabyte)
        #expect(ServerLimits.usualReserve(size: 1000 * gigabyte, free: 500 * gigabyte) == 20 * gigabyte)
        #expect(ServerLimits.usualReserve(size: gigabyte / 8, free: gigabyte / 16) == gigabyte / 32)
    }

    @Test func `knows the libraries of a program as the loader tells them`() {
        let text = """
            \tlinux-vdso.so.1 (0x00007f6763581000)
            \tlibpq.so.5 => /srv/pg libs/libpq.so.5 (0x00007f6763568000)
            \tlibmissing.so => not found
            \t/lib64/ld-linux-x86-64.so.2 (0x00007f6763583000)
            """
        #expect(PostgresBinaries.libraries(in: text) == ["/srv/pg libs/libpq.so.5"])
    }

    @Test func `is told with what it lacks, and refused for that`() throws {
        for users in [true, false] {
            let whole = Isolation(holding: .namespaces(users: users, closed: true))
            #expect(whole.lacks == [] && whole.words.contains { $0.contains("network, IPC and process") })
            try whole.require()
        }
        let weak = Isolation(holding: .rights(network: false, .landlock))
        #expect(weak.words.contains("weak: no network namespace"))
        #expect(throws: PrivatePostgresError.self) { try weak.require() }
    }

    @Test func `is never enough without namespaces, whoever it is`() {
        for isOther in [true, false] {
            let weak = Isolation(holding: .rights(network: true, .landlock), isOther: isOther)
            #expect(weak.lacks.contains { $0.contains("sockets") })
            let refusal = #expect(throws: PrivatePostgresError.self) { try weak.require() }
            #expect(refusal?.exitStatus == .commandNotFound)
        }
    }

    @Test func `tells what is not switched off`() {
        func words(_ closed: Bool) -> [String] {
            Isolation(holding: .namespaces(users: true, closed: closed)).words
        }
        #expect(words(true).contains("no further namespaces"))
        #expect(words(false).contains("further namespaces of users can be made"))
    }

    @Test func `shows of an installation what belongs to it, and nothing beside that`() async throws {
        try await TemporaryDirectory.with { place in
            for name in ["bin", "lib", "share", "secrets"] { _ = try place.makeDirectory(name) }
            let binaries = PostgresBinaries(directory: place.path("bin"), major: 15)
            let folders = try await onPlainThread { binaries.folders }
            #expect(Set(folders).isSuperset(of: ["bin", "lib", "share"].map(place.path)))
            #expect(!folders.contains(place.path) && !folders.contains(place.path("secrets")))
        }
        #expect(Isolation.isSystem("/usr/lib/postgresql/15/bin") && Isolation.isSystem("/nix/store/x/bin"))
        for path in ["/usr/local/bin", "/opt/pg/bin", "/nix/var/nix", "/libelle"] {
            #expect(!Isolation.isSystem(path), "\(path)")
        }
    }
}

@Suite("a server that takes too much", .serialized)
struct ServerLimitsTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(2)))
    func `is ended before its file system is full, or after its time`() async throws {
        try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { cluster in
            let restored = try await RestoredDirectory.take(of: cluster)
            let other = try await restored.copy("other")
            var server = restored.server(.endOfBackup)
            // More than there is.
            server.limits = ServerLimits(time: .seconds(3600), reserve: .max)
            let full = try await Self.failure(of: server, restored, asking: "SELECT 1")
            #expect(full?.contains("not enough room") == true, "\(full ?? "")")
            try restored.expectNoServer()
            server = other.server(.endOfBackup)
            server.limits = ServerLimits(time: .seconds(4), reserve: 0)
            let late = try await Self.failure(of: server, other, asking: "SELECT pg_sleep(60)")
            #expect(late?.contains("longer than 4 seconds") == true, "\(late ?? "")")
            try other.expectNoServer()
        }
    }

    /// Its message; nil where there is none.
    private static func failure(
        of server: PrivateServer, _ restored: RestoredDirectory, asking query: String
    ) async throws -> String? {
        let error = try await TestKit.failure { () throws(PrivatePostgresError) in
            _ = try server.recover(cancellation: Cancellation()) {
                (connection) throws(PrivatePostgresError) -> String in
                restored.rows(of: query, connection)
            }
        }
        return error?.message
    }
}

extension Isolation {
    fileprivate init(holding means: Means, isOther: Bool = false) {
        self.init(
            executable: "/usr/bin/pg_backctl", means: means, shown: [], refusal: "not permitted",
            limits: .init(fileSize: 1 << 30), isOther: isOther)
    }
}
