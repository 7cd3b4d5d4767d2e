// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Logging
import ObjectStore
import Settings

/// Opens the store of an address, with retries, resumption and the rate limit around it.
struct StoreOpening {
    let address: StoreAddress
    let context: OperationContext
    /// Set to have the answers of a bucket counted.
    var requests: RequestCount?

    /// `jobs` is how many readings there will be at once: the more, the smaller each one's buffer.
    func open(jobs: Int) throws -> any ObjectStore {
        if let store = address.lent { return store }
        let location = address.location
        let store =
            location.hasPrefix("s3://")
            ? try bucket(location, jobs: jobs) : try directory(location, jobs: jobs)
        guard let rate = address.rateLimit else { return store }
        let limit = RateLimit(bytesPerSecond: rate)
        return ThrottledStore(store, limit: limit, cancellation: context.cancellation)
    }

    private func directory(_ path: String, jobs: Int) throws -> any ObjectStore {
        if let scheme = path.split(separator: ":").first, path.hasPrefix("\(scheme)://") {
            throw OperationError.usage(
                "'\(scheme)://' is no kind of store", hint: "s3://bucket/prefix and directories are.")
        }
        if address.namesEndpoint {
            throw OperationError.usage("--endpoint is for s3:// locations", hint: "'\(path)' is a directory.")
        }
        guard address.asOf == nil else {
            throw OperationError.usage(
                "--as-of is for buckets that keep versions", hint: "'\(path)' is a directory.")
        }
        let directory = try LocalDirectory(
            path, cancellation: context.cancellation, bufferSize: ReadingBuffers.local(jobs: jobs))
        return RetryingStore(directory, cancellation: context.cancellation, logger: context.logger)
    }

    /// A server of somebody's own has no metadata service to ask for keys, so none is asked.
    private func credentials(_ settings: S3Settings, _ endpoint: S3Endpoint?) throws -> any CredentialSource {
        switch settings.credentials.choice {
        case .static(let id, let secret, let token):
            return StaticCredentials(AccessKey(id: id, secret: secret, sessionToken: token))
        case .anonymous: return AnonymousCredentials()
        case .instanceMetadata where endpoint != nil: throw SettingsError.noCredentials
        case .instanceMetadata:
            return CachedCredentials(InstanceMetadataCredentials(cancellation: context.cancellation))
        case .webIdentity(let tokenFile, let role, let sessionName):
            return CachedCredentials(
                try WebIdentityCredentials(
                    tokenFile: tokenFile, role: role, sessionName: sessionName ?? "pg_backctl",
                    region: settings.region ?? "us-east-1", caFile: settings.caFile,
                    proxy: settings.proxy, cancellation: context.cancellation))
        case .container(let url, let authorization):
            return CachedCredentials(
                try ContainerCredentials(
                    fullURI: url, token: authorization, cancellation: context.cancellation))
        }
    }

    private func bucket(_ location: String, jobs: Int) throws -> any ObjectStore {
        RetryingStore(
            try onceAsked(location, jobs: jobs), cancellation: context.cancellation, logger: context.logger)
    }

    /// A bucket that documents of our own are put into.
    func openToWrite() throws -> WritableBucket {
        WritableBucket(
            try onceAsked(address.location, jobs: 1), cancellation: context.cancellation,
            logger: context.logger)
    }

    /// Without anything around it that asks again.
    private func onceAsked(_ location: String, jobs: Int) throws -> S3Bucket {
        let settings = try address.settings.s3()
        context.logger.debug("credentials", metadata: ["from": "\(settings.credentials.origin)"])
        let endpoint = try settings.endpoint.map { text throws(ObjectStoreError) in try S3Endpoint(text) }
        var configuration = S3Configuration(
            region: settings.region ?? "us-east-1", endpoint: endpoint, addressing: address.addressing.style,
            credentials: try credentials(settings, endpoint), requesterPays: address.requesterPays,
            sseCustomerKey: try address.customerKeyFile.map(CustomerKeyFile.read), caFile: settings.caFile,
            clock: context.clock, cancellation: context.cancellation, logger: context.logger)
        let isTLS = endpoint.map { $0.description.hasPrefix("https") } ?? true
        (configuration.asOf, configuration.requests) = (address.asOf, requests)
        configuration.proxy = settings.proxy
        configuration.receiveBuffer = ReadingBuffers.network(jobs: jobs, isTLS: isTLS)
        if let rate = address.rateLimit {
            // A limit of ours must not look like a server that stalls.
            configuration.minimumBytesPerSecond = Int(
                min(UInt64(configuration.minimumBytesPerSecond), max(1, rate / 64)))
        }
        return try S3Bucket(S3Location(location), configuration)
    }
}
