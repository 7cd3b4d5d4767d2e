// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestKit
import Testing

/// In namespaces of its own, a machine has as little of something as a test wants.
@Suite(
    "a machine that is short of something", .serialized,
    .enabled(if: geteuid() == 0, "namespaces with other limits need root"))
struct MachineShortageTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `restores without any room for shared memory, and keeps what was written where that is not enough`()
        async throws
    {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("base", ["-Ft"])

            let segments = try await world.restore(
                by: Self.binary(world, "--ipc", "echo 0 > /proc/sys/kernel/shmmni"))
            #expect(segments.status == 17, "\(segments)")
            #expect(segments.errors.contains("kernel.shmmni"), "\(segments)")
            #expect(!segments.errors.contains("room"), "\(segments)")
            #expect(FileManager.default.fileExists(atPath: world.staging))

            let gone = try await world.restore(
                ["--json"], by: Self.binary(world, "--mount", "mount -t tmpfs -o size=4k none /dev/shm"))
            #expect(gone.status == 0, "\(gone)")
            let document = try gone.document(RestoredDocument.self)
            #expect(document.isResumed && document.phases.allSatisfy { $0.name != "stream" })
            #expect(try await world.restoredDump() == world.dump())
        }
    }

    /// The program in a new namespace, where `preparation` is done before.
    private static func binary(_ world: RestoreWorld, _ namespace: String, _ preparation: String) -> Binary {
        var binary = world.binary
        binary.wrapper = ["unshare", namespace, "--", "sh", "-c", "\(preparation) && exec \"$@\"", "sh"]
        return binary
    }
}
