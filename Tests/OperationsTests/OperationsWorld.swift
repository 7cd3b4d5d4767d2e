// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Logging
import Operations
import Settings
import TestKit

/// What operations of one process are given, but for their stores: histories, and what each works with.
struct OperationsWorld {
    let directory: OwnedDirectory

    init() throws { directory = try OwnedDirectory() }

    /// For one operation.
    func context(_ cancellation: Cancellation = Cancellation()) -> OperationContext {
        var context = OperationContext(
            clock: .system, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            cancellation: cancellation, toolVersion: "test")
        context.executable = Binary.path
        return context
    }

    /// A history of this name.
    func memory(_ name: String) throws -> Memory {
        try Memory.opening("\(directory.path)/\(name).sqlite", context())
    }

    /// What options and environment say of one store, none of them those of this process.
    func settings(_ options: SettingsOptions = SettingsOptions()) throws -> Settings {
        try Settings.load(
            environment: [:], workingDirectory: directory.path, home: nil, options: options)
    }

    /// A store that is a directory.
    func address(_ path: String) throws -> StoreAddress { StoreAddress(path, try settings()) }

    /// A store of a real server.
    func address(
        _ location: String, _ endpoint: String, _ key: String, _ secret: String
    ) throws -> StoreAddress {
        let options = SettingsOptions(
            endpoint: endpoint, region: "us-east-1", accessKeyID: key, secretAccessKey: Secret(secret))
        return StoreAddress(location, try settings(options))
    }

    /// The bucket as the holder of its key reaches it.
    func address(_ bucket: KeyedBucket) throws -> StoreAddress { try address(bucket, key: bucket.key) }

    func address(_ bucket: KeyedBucket, key: String) throws -> StoreAddress {
        let options = SettingsOptions(
            endpoint: bucket.bucket.endpoint, region: "eu-central-1", accessKeyID: key,
            secretAccessKey: Secret("secret-of-\(key)"))
        return StoreAddress("s3://\(bucket.bucket.name)", try settings(options))
    }
}
