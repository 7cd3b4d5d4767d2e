// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Operations
import PrivatePostgres
import Restorer
import TestKit
import Testing

@Suite(Requires.postgres(.v15)) struct `Restores in one process` {
    @Test(.timeLimit(.minutes(5))) func `recover side by side, and one after the other`() async throws {
        try await RestoresWorld.with { world in
            let memories = (try world.operations.memory("left"), try world.operations.memory("right"))
            let recovering = (Occasion(), Occasion())
            // Neither starts its server before both are about to.
            async let left = world.restore(
                "left", from: world.directoryStore, memories.0,
                watcher: .init { phase in
                    guard phase == .recover else { return }
                    recovering.0.happen()
                    recovering.1.wait()
                })
            async let right = world.restore(
                "right", from: world.bucketStore, memories.1,
                watcher: .init { phase in
                    guard phase == .recover else { return }
                    recovering.1.happen()
                    recovering.0.wait()
                })
            let reports = try await [left, right]
            #expect(reports.flatMap(\.readings).map(\.verdict) == [.verified, .verified])
            #expect(reports.allSatisfy { $0.recovery != nil && !$0.isResumed })
            let again = try await world.restore("again", from: world.directoryStore, memories.0)
            #expect(again.recovery != nil)
            #expect(world.isRestored("left") && world.isRestored("right") && world.isRestored("again"))
            #expect(world.bucket.keysSeen == [world.bucket.key])
            #expect(try statuses(memories.0) == [0, 0])
            #expect(try statuses(memories.1) == [0])
        }
    }

    @Test(.timeLimit(.minutes(5))) func `are cancelled one by one, and go on where they were`() async throws {
        try await RestoresWorld.with { world in
            let memories = (try world.operations.memory("stopped"), try world.operations.memory("other"))
            let cancellation = Cancellation()
            let (isOtherRecovering, isStoppedOver) = (Occasion(), Occasion())
            let store = try world.directoryStore
            async let stopped = failure { () throws(RestoreError) in
                defer { isStoppedOver.happen() }
                try world.mustFail(
                    "stopped", from: store, memories.0, cancellation,
                    watcher: .init { phase in
                        guard phase == .recover else { return }
                        isOtherRecovering.wait()
                        cancellation.request(.terminated)
                    })
            }
            async let other = world.restore(
                "other", from: world.bucketStore, memories.1,
                watcher: .init { phase in
                    guard phase == .recover else { return }
                    isOtherRecovering.happen()
                    isStoppedOver.wait()
                })
            let (error, report) = try await (stopped, other)
            #expect(error == .interrupted(.terminated))
            #expect(report.recovery != nil && world.isRestored("other") && !world.isRestored("stopped"))
            let resumed = try await world.restore("stopped", from: store, memories.0)
            #expect(resumed.isResumed && resumed.readings.isEmpty && world.isRestored("stopped"))
            #expect(try statuses(memories.0) == [0, 143])
            #expect(try statuses(memories.1) == [0])
        }
    }

    /// Of the restores in a history, the newest first.
    private func statuses(_ memory: Memory) throws -> [Int32?] {
        try ReadHistory(memory).restores(HistoryFilter()).map(\.end?.exitStatus)
    }
}
