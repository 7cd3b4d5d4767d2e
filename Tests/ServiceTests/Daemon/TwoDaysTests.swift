// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Logging
import Operations
import Planning
import Settings
import Synchronization
import TestKit
import Testing

@testable import Service

@Suite struct `Two days of a service` {
    /// In a process of its own, for the other tests of this one open files and threads, too.
    @Test(.timeLimit(.minutes(5)))
    func `run each slot once, and leave memory, descriptors and threads as they were`() async {
        await #expect(processExitsWith: .success) {
            try await onPlainThread {
                let days = try HandSetService()
                try days.run(slots: 16)
                let before = Footprint.now
                try days.run(slots: 80)
                let after = Footprint.now
                #expect(days.sweeps == 96)
                #expect(after.descriptors <= before.descriptors, "\(before) \(after)")
                #expect(after.threads <= before.threads, "\(before) \(after)")
                #expect(after.bytes < before.bytes + 8 << 20, "\(before) \(after)")
            }
        }
    }
}

/// What this process holds.
private struct Footprint {
    var descriptors: Int
    var threads: Int
    /// Resident.
    var bytes: Int

    static var now: Footprint {
        let files = FileManager.default
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Footprint(
            descriptors: (try? files.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0,
            threads: (try? files.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0,
            bytes: (pages ?? 0) * 4096)
    }
}
