// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Operations
import Settings
import TestKit
import Testing

/// Two stores of one configuration, each with a server that answers its own key alone.
@Suite struct `Stores of a configuration` {
    private let world: OperationsWorld
    private let buckets: (KeyedBucket, KeyedBucket)
    private let configuration: Configuration

    init() throws {
        world = try OperationsWorld()
        buckets = (try KeyedBucket("shop", key: "SHOPKEY"), try KeyedBucket("archive", key: "ARCHIVEKEY"))
        var text = "stores:\n"
        for bucket in [buckets.0, buckets.1] {
            bucket.upload(.tar())
            let file = "\(world.directory.path)/\(bucket.bucket.name).env"
            try "AWS_ACCESS_KEY_ID=\(bucket.key)\nAWS_SECRET_ACCESS_KEY=secret\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            text += """
                  \(bucket.bucket.name):
                    location: s3://\(bucket.bucket.name)
                    endpoint: \(bucket.bucket.endpoint)
                    region: eu-central-1
                    credentials: { env-file: \(file) }
                    copies: [\(bucket.bucket.name == "shop" ? "archive" : "s3://archive/more")]

                """
        }
        configuration = try ConfigurationReading(Array(text.utf8), file: "c.yaml").checked()
    }

    /// As a shell that is set up for the other store would have it.
    private func settings(_ name: String, in other: KeyedBucket) throws -> Settings {
        try Settings.load(
            environment: [
                "AWS_ENDPOINT_URL_S3": other.bucket.endpoint, "AWS_ACCESS_KEY_ID": other.key,
                "AWS_SECRET_ACCESS_KEY": "secret",
            ], workingDirectory: world.directory.path, home: nil,
            options: SettingsOptions(store: try configuration.store(name)))
    }

    @Test func `never send one's keys to the other's endpoint`() async throws {
        for (name, other) in [("shop", buckets.1), ("archive", buckets.0)] {
            let address = StoreAddress(try configuration.store(name), try settings(name, in: other))
            let listing = try await onPlainThread { [world] in
                try ListBackups(address, archive: nil, .none, world.context()).list(withRestorePoints: false)
            }
            #expect(listing.lines.count == 1)
        }
        #expect(buckets.0.keysSeen == ["SHOPKEY"] && buckets.1.keysSeen == ["ARCHIVEKEY"])
    }

    @Test func `are named by others with all that is their own`() async throws {
        let shop = try configuration.store("shop")
        let copy = try StoreAddress(try #require(shop.copies.first), of: shop, in: configuration)
        let listing = try await onPlainThread { [world] in
            try ListBackups(copy, archive: nil, .none, world.context()).list(withRestorePoints: false)
        }
        #expect(listing.lines.count == 1)
        #expect(buckets.0.keysSeen == [] && buckets.1.keysSeen == ["ARCHIVEKEY"])
    }

    @Test func `are known to the history by their endpoint, for which no keys are needed`() throws {
        let place = try StoreAddress.placeInHistory(of: try configuration.store("shop"), world.context())
        #expect(place == buckets.0.url)
    }
}
