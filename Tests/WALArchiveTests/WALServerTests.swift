// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Glibc
import ObjectStore
import TestKit
import Testing

@testable import WALArchive

@Suite("the process that serves WAL", .serialized)
struct WALServerTests {
    private func ask(_ server: WALServer, _ name: String, _ world: WALWorld) throws -> WALDelivery {
        try WALClient(socket: server.socketPath, cancellation: Cancellation())
            .fetch(ArchivedWALFile(name), to: world.destination)
    }

    /// A short path: that of a socket has 107 bytes at most.
    private func withDirectory<T>(_ body: (String) throws -> T) throws -> T {
        let path = "/tmp/pgb-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func `hands over segment after segment and has the next at hand`() throws {
        let world = try WALWorld.with(count: 12)
        world.store.put("00000002.history", "1\t0/3000000\n")
        try withDirectory { directory in
            let (_, report) = try WALServer.with(world.archive(), in: directory) {
                (server: WALServer) throws -> Void in
                for index in 0..<12 {
                    #expect(try ask(server, world.name(index), world).facts != nil)
                    #expect(world.delivered == world.segments[index])
                }
                #expect(try ask(server, "00000002.history", world).size == 12)
                #expect(throws: WALArchiveError.absent(world.name(12), unfinished: nil)) {
                    try ask(server, world.name(12), world)
                }
            }
            #expect(report.segments == 12 && report.bytes == 12 << 20 && report.firstFailure == nil)
            #expect(report.lastSegment == world.name(11) && report.lastAbsent == world.name(12))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
        }
        // Whoever came first, each segment was read once.
        let names = world.store.requests.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func `asks the archive for so many names that are not there, and no more`() throws {
        let world = try WALWorld.with(count: 1)
        try withDirectory { directory in
            var options = WALServer.Options()
            (options.absencesTold, options.segmentsAhead) = (3, 0)
            let (_, report) = try WALServer.with(world.archive(), in: directory, options) {
                (server: WALServer) throws -> Void in
                for index in 2..<5 {
                    #expect(throws: WALArchiveError.absent("0000000\(index).history", unfinished: nil)) {
                        try ask(server, "0000000\(index).history", world)
                    }
                }
                let asked = world.store.requests.count
                let refusal = #expect(throws: WALArchiveError.self) {
                    try ask(server, "00000009.history", world)
                }
                #expect(refusal?.message.contains("too many") == true, "\(String(describing: refusal))")
                #expect(world.store.requests.count == asked)
            }
            #expect(report.firstFailure != nil)
        }
    }

    @Test func `gets so many ahead and no more, and drops what PostgreSQL passed over`() throws {
        let world = try WALWorld.with(count: 12)
        try withDirectory { directory in
            var options = WALServer.Options()
            options.segmentsAhead = 3
            let server = try WALServer(world.archive(), in: directory, options)
            defer { server.stop() }
            _ = try ask(server, world.name(0), world)
            try waitUntil { world.store.requests.count == 4 }
            usleep(100_000)
            #expect(world.store.requests.count == 4)
            _ = try ask(server, world.name(8), world)
            try waitUntil { world.store.requests.count == 8 }
            try waitUntil {
                let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/wal-ahead")
                return names.sorted() == [9, 10, 11].map { world.name($0) }
            }
        }
    }

    @Test func `tells what is damaged, and goes on serving`() throws {
        let world = try WALWorld.with()
        world.store.flip(ObjectName(world.name(1)), byte: 700_000)
        try withDirectory { directory in
            let server = try WALServer(world.archive(), in: directory)
            defer { server.stop() }
            _ = try ask(server, world.name(0), world)
            do throws(WALArchiveError) {
                let client = WALClient(socket: server.socketPath, cancellation: Cancellation())
                _ = try client.fetch(ArchivedWALFile(world.name(1)), to: world.destination)
                Issue.record("damage was handed over")
            } catch {
                #expect(error.exitStatus == .walUnreadable && error.message.contains("is damaged"))
            }
            #expect(server.report.firstFailure?.isDamage == true)
            #expect(world.delivered == world.segments[0])
            _ = try ask(server, world.name(2), world)
        }
    }

    @Test(arguments: [
        "GET /etc/passwd\n", "GET ../x\n", "\n", "PUT 00000002.history\n", "GET 00000002.history.gz\n",
        String(repeating: "x", count: 100_000), "GET 0000000",
    ])
    func `serves nothing else, whoever asks`(request: String) throws {
        let world = try WALWorld.with()
        try withDirectory { directory in
            let server = try WALServer(world.archive(), in: directory)
            defer { server.stop() }
            let socket = try UnixSocket.connected(to: server.socketPath)
            let patience = UnixSocket.Patience(limit: .seconds(5)) { false }
            // The server may have had enough before all of it was sent.
            try? socket.write(Array(request.utf8).span.bytes, patience)
            if request.hasSuffix("\n") {
                let reply = try socket.read(upTo: 100, patience)
                #expect(String(decoding: reply, as: UTF8.self).hasPrefix("FAILED "))
            }
            #expect(try ask(server, world.name(0), world).facts != nil)
        }
    }

    @Test func `survives clients that go away, and stops with one that hangs`() throws {
        let world = try WALWorld.with()
        try withDirectory { directory in
            let server = try WALServer(world.archive(), in: directory)
            let patience = UnixSocket.Patience(limit: .seconds(5)) { false }
            for _ in 0..<20 {
                let socket = try UnixSocket.connected(to: server.socketPath)
                try socket.write(Array("GET \(world.name(0))\n".utf8).span.bytes, patience)
            }
            #expect(try ask(server, world.name(0), world).facts != nil)
            let hanging = try UnixSocket.connected(to: server.socketPath)
            try hanging.write(Array("GET \(world.name(1))\n".utf8).span.bytes, patience)
            let start = ContinuousClock.now
            server.stop()
            #expect(start.duration(to: .now) < .seconds(5))
            #expect(throws: WALArchiveError.self) { try ask(server, world.name(0), world) }
        }
    }

    @Test func `stops while a segment is being got`() throws {
        let world = try WALWorld.with()
        let isReading = Cancellation()
        world.store.setFault { request, _ in
            isReading.request()
            while !isReading.isRequested || request.isSecondLook { usleep(1000) }
            usleep(300_000)
            return nil
        }
        try withDirectory { directory in
            let server = try WALServer(world.archive(), in: directory)
            let socket = try UnixSocket.connected(to: server.socketPath)
            let patience = UnixSocket.Patience(limit: .seconds(5)) { false }
            try socket.write(Array("GET \(world.name(0))\n".utf8).span.bytes, patience)
            try waitUntil { isReading.isRequested }
            server.stop()
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
        }
    }

    @Test func `is told apart from one that is not there`() throws {
        let world = try WALWorld.with()
        #expect(throws: WALArchiveError.self) {
            try WALClient(socket: "/tmp/pgb-nobody.socket", cancellation: Cancellation())
                .fetch(ArchivedWALFile(world.name(0)), to: world.destination)
        }
        #expect(world.remains == [])
    }

    private func waitUntil(_ condition: () throws -> Bool) throws {
        for _ in 0..<3000 {
            if try condition() { return }
            usleep(20_000)
        }
        Issue.record("waited for a minute")
    }
}
