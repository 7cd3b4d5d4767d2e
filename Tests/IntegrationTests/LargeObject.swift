// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit

/// A store with one backup whose base.tar takes a while to read.
struct LargeObject {
    let directory: TemporaryDirectory
    static let bucket = "backups"
    static let chunk: UInt64 = 8 << 20
    static let size: UInt64 = 400_000_000

    var store: String { directory.path(Self.bucket) }

    static func with(_ body: @Sendable (LargeObject) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let large = LargeObject(directory: directory)
            let folder = try directory.makeDirectory("\(bucket)/20251027T143000")
            // Random in a few places is enough: each chunk has bytes of its own.
            var random = SeededBytes(seed: 7)
            let file = "\(folder)/base.tar"
            try Data().write(to: URL(filePath: file))
            let handle = try FileHandle(forWritingTo: URL(filePath: file))
            try handle.truncate(atOffset: size)
            for offset in stride(from: 0, to: size - 4096, by: 1 << 20) {
                try handle.seek(toOffset: offset)
                try handle.write(contentsOf: Data(random.bytes(1024)))
            }
            try handle.close()
            try await writeSumFile(in: folder)
            try await Program("touch")(["-d", "2025-10-27T14:30:00Z", file])
            try await body(large)
        }
    }
}
