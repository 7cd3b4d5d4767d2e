// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Logging
import ObjectStore
import Settings

extension Application {
    /// Opens the store that LOCATION names.
    ///
    /// `jobs` is how many readings there will be at once: the more, the smaller each one's buffer.
    func store(_ options: StoreOptions, jobs: Int) throws -> any ObjectStore {
        guard let location = options.location, !location.isEmpty else {
            throw CommandError.missingArgument(
                "LOCATION", hint: "name a store or a backup: s3://bucket/prefix, or a directory.")
        }
        let store =
            location.hasPrefix("s3://")
            ? try bucket(location, options, jobs: jobs) : try directory(location, options, jobs: jobs)
        guard let rate = options.limitRate else { return store }
        let limit = RateLimit(bytesPerSecond: rate.bytesPerSecond)
        return ThrottledStore(store, limit: limit, cancellation: cancellation)
    }

    private func directory(_ path: String, _ options: StoreOptions, jobs: Int) throws -> any ObjectStore {
        if let scheme = path.split(separator: ":").first, path.hasPrefix("\(scheme)://") {
            throw CommandError.usage(
                "'\(scheme)://' is no kind of store", hint: "s3://bucket/prefix and directories are.")
        }
        if options.endpoint != nil {
            throw CommandError.usage("--endpoint is for s3:// locations", hint: "'\(path)' is a directory.")
        }
        let directory = try LocalDirectory(
            path, cancellation: cancellation, bufferSize: Buffers.local(jobs: jobs))
        return RetryingStore(directory, cancellation: cancellation, logger: logger)
    }

    /// A server of somebody's own has no metadata service to ask for keys, so none is asked.
    private func credentials(_ settings: S3Settings, _ endpoint: S3Endpoint?) throws -> any CredentialSource {
        switch settings.credentials.choice {
        case .static(let id, let secret, let token):
            return StaticCredentials(AccessKey(id: id, secret: secret, sessionToken: token))
        case .anonymous: return AnonymousCredentials()
        case .instanceMetadata where endpoint != nil: throw SettingsError.noCredentials
        case .instanceMetadata:
            return CachedCredentials(InstanceMetadataCredentials(cancellation: cancellation))
        case .webIdentity(let tokenFile, let role, let sessionName):
            return CachedCredentials(
                try WebIdentityCredentials(
                    tokenFile: tokenFile, role: role, sessionName: sessionName ?? "pg_backctl",
                    region: settings.region ?? "us-east-1", caFile: settings.caFile,
                    cancellation: cancellation))
        case .container(let url, let authorization):
            return CachedCredentials(
                try ContainerCredentials(fullURI: url, token: authorization, cancellation: cancellation))
        }
    }

    private func bucket(_ location: String, _ options: StoreOptions, jobs: Int) throws -> any ObjectStore {
        let settings = try settings.s3()
        logger.debug("credentials", metadata: ["from": "\(settings.credentials.origin)"])
        let endpoint = try settings.endpoint.map { text throws(ObjectStoreError) in try S3Endpoint(text) }
        var configuration = S3Configuration(
            region: settings.region ?? "us-east-1", endpoint: endpoint, addressing: options.addressing.style,
            credentials: try credentials(settings, endpoint), requesterPays: options.requestPayer,
            sseCustomerKey: try options.sseCustomerKeyFile.map(CustomerKey.read), caFile: settings.caFile,
            clock: clock, cancellation: cancellation, logger: logger)
        let isTLS = endpoint.map { $0.description.hasPrefix("https") } ?? true
        configuration.receiveBuffer = Buffers.network(jobs: jobs, isTLS: isTLS)
        if let rate = options.limitRate {
            // A limit of ours must not look like a server that stalls.
            configuration.minimumBytesPerSecond = Int(
                min(UInt64(configuration.minimumBytesPerSecond), max(1, rate.bytesPerSecond / 64)))
        }
        let bucket = try S3Bucket(S3Location(location), configuration)
        return RetryingStore(bucket, cancellation: cancellation, logger: logger)
    }
}

extension AddressingOption {
    var style: S3Addressing {
        switch self {
        case .automatic: .automatic
        case .path: .path
        case .virtualHost: .virtualHost
        }
    }
}

/// How large the buffers of a reading are: all readings together stay within a few megabytes.
enum Buffers {
    private static let total = 8 << 20

    /// For files: two of them fit the second-level cache, since a job reads two parts of an object at once.
    static func local(jobs: Int) -> Int { share(jobs, 256 << 10, 512 << 10) }

    /// For connections: what one call takes out of the socket need not be sent in small pieces.
    ///
    /// TLS hands over 16 KiB at a time whatever the buffer, so a large one is of less use there.
    static func network(jobs: Int, isTLS: Bool) -> Int {
        share(jobs, 128 << 10, isTLS ? 512 << 10 : 2560 << 10)
    }

    private static func share(_ jobs: Int, _ low: Int, _ high: Int) -> Int {
        min(max(total / (2 * max(1, jobs)), low), high)
    }
}
