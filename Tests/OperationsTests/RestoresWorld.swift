// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Operations
import PrivatePostgres
import Restorer
import TestKit

/// One real backup in two stores, of which one is a directory and the other a bucket with a key.
struct RestoresWorld: Sendable {
    let operations: OperationsWorld
    let bucket: KeyedBucket
    private let directory: TemporaryDirectory
    private let binaries: String

    /// Shows it to `body`, with the cluster stopped.
    static func with(_ body: @Sendable (RestoresWorld) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let folder = "\(directory.path)/store/20261027T143000"
            let binaries = try await PostgresCluster.with(
                .v15, initdb: ["--data-checksums", "--wal-segsize=1"]
            ) { cluster in
                try await cluster.baseBackup(into: folder, ["-Ft", "-z", "-X", "stream"])
                return cluster.binaries
            }
            try await writeSumFile(in: folder)
            let bucket = try KeyedBucket("backups", key: "BACKUPS")
            try bucket.upload(folder: folder)
            try await body(
                RestoresWorld(
                    operations: OperationsWorld(), bucket: bucket, directory: directory, binaries: binaries))
        }
    }

    var directoryStore: StoreAddress {
        get throws { try operations.address(directory.path("store")) }
    }

    var bucketStore: StoreAddress {
        get throws { try operations.address(bucket) }
    }

    func isRestored(_ target: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.path("\(target)/PG_VERSION"))
    }

    /// Restores the backup and recovers it on a server of its own.
    func restore(
        _ target: String, from store: StoreAddress, _ memory: Memory, watcher: Watcher = Watcher()
    ) async throws -> RestoreReport {
        try await onPlainThread { try run(target, from: store, memory, Cancellation(), watcher) }
    }

    /// Restores in vain.
    func mustFail(
        _ target: String, from store: StoreAddress, _ memory: Memory, _ cancellation: Cancellation,
        watcher: Watcher
    ) throws(RestoreError) {
        do { _ = try run(target, from: store, memory, cancellation, watcher) } catch {
            if let error = error as? RestoreError { throw error }
        }
    }

    private func run(
        _ target: String, from store: StoreAddress, _ memory: Memory, _ cancellation: Cancellation,
        _ watcher: Watcher
    ) throws -> RestoreReport {
        var request = RestoreRequest(
            target: directory.path(target), goal: RecoveryGoal(.endOfBackup), outcome: .recovered,
            owner: try ServerOwner.find(nil))
        request.binaries = binaries
        let order = RestoreOrder(request, of: "latest", in: store, jobs: 2, searchPath: [])
        let operation = try RestoreBackup(order, memory, operations.context(cancellation))
        return try operation.prepare().run(observer: watcher)
    }
}
