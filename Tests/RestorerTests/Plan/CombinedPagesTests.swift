// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import Restorer

@Suite struct `The pages that pg_combinebackup made` {
    /// A page with this LSN and no checksum.
    private func page(changed: UInt64) -> [UInt8] {
        var page = [UInt8](repeating: 1, count: 8192)
        for (offset, byte) in [
            (0, UInt8(truncatingIfNeeded: changed >> 32)), (4, UInt8(truncatingIfNeeded: changed)),
        ] {
            page.replaceSubrange(offset..<offset + 4, with: [byte, 0, 0, 0])
        }
        page.replaceSubrange(8..<10, with: [0, 0])
        return page
    }

    private func faults(_ files: [String: [UInt8]], start: UInt64) async throws -> [CombinedPages.Fault] {
        try await TemporaryDirectory.with { place in
            let data = try place.makeDirectory("data")
            for (name, bytes) in files {
                let path = URL(filePath: "\(data)/\(name)")
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: path)
            }
            let pages = CombinedPages(start: LogSequenceNumber(start), cancellation: Cancellation())
            return try pages.faults(in: .init(data: data, tablespaces: [:]))
        }
    }

    @Test func `are at fault where they do not match and were not changed during the backup`() async throws {
        let files = [
            "base/5/16384": page(changed: 5) + page(changed: 200), "base/5/16385": page(changed: 200),
        ]
        let found = try await faults(files, start: 100)
        #expect(found.map(\.path) == ["base/5/16384"])
        #expect(found.first?.damage.count == 1 && found.first?.damage.pages == 2)
        #expect(found.first?.damage.failing.map(\.block) == [0])
    }

    @Test func `are those of relations alone`() async throws {
        let files = ["base/5/PG_VERSION": page(changed: 5), "pg_wal/16384": page(changed: 5)]
        #expect(try await faults(files, start: 100).isEmpty)
    }

    @Test func `end with a whole one`() async throws {
        #expect(try await faults(["global/1262": [1, 2, 3]], start: 0).map(\.damage.trailingBytes) == [3])
    }
}
