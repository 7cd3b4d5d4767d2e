// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import TestKit
import Testing

@Suite(Requires.postgres(.v15)) struct `Operations` {
    /// In a process of its own, for the other tests of this one print.
    @Test(.timeLimit(.minutes(5))) func `print nothing, whatever they do and find`() async {
        let ended = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            try await RestoresWorld.with { world in
                let memory = try world.operations.memory("history")
                _ = try await world.restore("restored", from: world.bucketStore, memory)
                try await onPlainThread {
                    try verifyDamage(world.operations, memory)
                    _ = try ListBackups(
                        world.directoryStore, memory, world.operations.context()
                    ).list()
                    _ = try ReadHistory(memory).restores(HistoryFilter())
                }
            }
        }
        #expect(ended.map { String(decoding: $0.standardOutputContent, as: UTF8.self) } == "")
        #expect(ended.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } == "")
    }
}

/// Verifies a backup that is not as its sum file says.
private func verifyDamage(_ world: OperationsWorld, _ memory: Memory) throws {
    let tree = try FileTree()
    try BackupSet.tar("20251027T143000").write(to: tree)
    try tree.rot("20251027T143000/base.tar.gz", at: 100)
    let order = VerifyOrder(level: .inspected, jobs: 1)
    let operation = try VerifyBackups(world.address(tree.path), order, memory, world.context())
    let report = try operation.verify(operation.select("latest"), observer: Watcher())
    #expect(report.exitStatus == .damaged)
}
