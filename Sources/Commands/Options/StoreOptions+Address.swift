// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Operations
import Settings

extension StoreOptions {
    /// The store that LOCATION or --store names, reached as these options and the application's settings say.
    func address(_ application: Application) throws -> StoreAddress {
        var address = address(at: try place(application), application)
        address.namesEndpoint = endpoint != nil
        return address
    }

    /// Another place that is reached in the same way; a directory needs nothing of it.
    func address(of location: String, _ application: Application) -> StoreAddress {
        var address = address(at: location, application)
        address.namesEndpoint = endpoint != nil && location.hasPrefix("s3://")
        return address
    }

    private func place(_ application: Application) throws -> String {
        if let store = application.store {
            try refuseBoth()
            return store.location
        }
        if let location, !location.isEmpty { return location }
        throw CommandError.missingArgument(
            "LOCATION",
            hint:
                "name a store or a backup: s3://bucket/prefix, a directory, or --store NAME of the configuration."
        )
    }

    /// Throws when there is a LOCATION beside --store.
    func refuseBoth() throws {
        guard store != nil, location != nil else { return }
        throw CommandError.usage(
            "LOCATION and --store exclude each other", hint: "--backup names a backup of the store.")
    }

    private func address(at location: String, _ application: Application) -> StoreAddress {
        var address =
            application.store.map { StoreAddress($0, application.settings) }
            ?? StoreAddress(location, application.settings)
        address.location = location
        if addressing != .automatic { address.addressing = addressing }
        if requestPayer { address.requesterPays = true }
        address.customerKeyFile = sseCustomerKeyFile ?? address.customerKeyFile
        address.rateLimit = limitRate?.bytesPerSecond ?? address.rateLimit
        return address
    }

    /// The words of `wal-get` for an archive of WAL, for a command that outlives this one; never a key, which others
    /// could read.
    func archiveWords(_ archive: String, _ application: Application) -> [String] {
        if let store = application.store, let file = application.configuration?.file,
            store.walArchive == .location(archive)
        {
            return ["--config", Paths.absolute(file), "--store", store.name]
        }
        return (archive.hasPrefix("s3://") ? wordsWithoutKeys(application.store) : []) + [
            Paths.location(archive)
        ]
    }

    private func wordsWithoutKeys(_ store: StoreConfiguration?) -> [String] {
        var words: [String] = []
        var ownProfile: String?
        if case .profile(let name)? = store?.credentials { ownProfile = name }
        let keyFile = sseCustomerKeyFile ?? store?.customerKeyFile
        for (name, value) in [
            ("--endpoint", endpoint ?? store?.endpoint), ("--region", region ?? store?.region),
            ("--profile", profile ?? ownProfile),
            ("--ca-file", (caFile ?? store?.caFile).map(Paths.absolute)),
            ("--sse-customer-key-file", keyFile.map(Paths.absolute)),
        ] {
            if let value { words += [name, value] }
        }
        let style = addressing != .automatic ? addressing.rawValue : store?.addressing?.rawValue
        if let style, style != StoreAddress.Addressing.automatic.rawValue {
            words += ["--addressing", style]
        }
        if noSignRequest || store?.credentials == .anonymous { words.append("--no-sign-request") }
        if requestPayer || store?.requesterPays == true { words.append("--request-payer") }
        return words
    }
}
