// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import Operations
import Settings

/// How a store is reached.
struct StoreOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A store or one backup's folder: s3://bucket/prefix, or a directory.", valueName: "location"))
    var location: String?

    @Option(
        help: ArgumentHelp(
            "The store of this name in the configuration, in place of LOCATION.", valueName: "name"))
    var store: String?

    @Option(
        name: [.customShort("e"), .long],
        help: ArgumentHelp("The S3 endpoint, when it is not AWS: https://host[:port].", valueName: "url"))
    var endpoint: String?

    @Option(name: [.customShort("r"), .long], help: ArgumentHelp("The S3 region.", valueName: "name"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "How the bucket is addressed: path, virtual-host or automatic.", valueName: "style"))
    var addressing = StoreAddress.Addressing.automatic

    @Option(
        name: [.customShort("a"), .customLong("access-key")],
        help: ArgumentHelp(
            "The access key's id. Better in the environment: everyone on the machine sees arguments.",
            valueName: "id"))
    var accessKey: String?

    @Option(
        name: [.customShort("s"), .customLong("secret-key")],
        help: ArgumentHelp("The secret access key. Better in the environment.", valueName: "secret"))
    var secretKey: String?

    @Option(help: ArgumentHelp("The profile of ~/.aws to take credentials from.", valueName: "name"))
    var profile: String?

    @Flag(help: "Send requests without credentials.")
    var noSignRequest = false

    @Flag(help: "Agree to pay for requests to a requester-pays bucket.")
    var requestPayer = false

    @Option(
        help: ArgumentHelp(
            "A file with the 32-byte key of objects encrypted with SSE-C.", valueName: "file"))
    var sseCustomerKeyFile: String?

    @Option(help: ArgumentHelp("Trust the certificate authorities of this file.", valueName: "file"))
    var caFile: String?

    @Option(
        help: ArgumentHelp(
            "Read at most this many bytes a second in all, such as 50M.", valueName: "bytes"))
    var limitRate: ByteRate?
}

extension StoreAddress.Addressing: ExpressibleByArgument {}

/// A number of bytes with or without a unit: `800k`, `50M`, `1GiB`, `5000000`.
struct ByteRate: ExpressibleByArgument, Equatable {
    var bytesPerSecond: UInt64

    init?(argument: String) {
        let isPlain = argument.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard let bytes = isPlain ? UInt64(argument) : ByteCount.bytes(argument), bytes > 0 else {
            return nil
        }
        bytesPerSecond = bytes
    }
}
