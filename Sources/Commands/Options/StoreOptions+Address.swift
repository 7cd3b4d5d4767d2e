// SPDX-License-Identifier: Apache-2.0
import Operations
import Settings

extension StoreOptions {
    /// The store that LOCATION names, reached as these options and `settings` say.
    func address(_ settings: Settings) throws -> StoreAddress {
        guard let location, !location.isEmpty else {
            throw CommandError.missingArgument(
                "LOCATION", hint: "name a store or a backup: s3://bucket/prefix, or a directory.")
        }
        var address = StoreAddress(location, settings)
        address.namesEndpoint = endpoint != nil
        address.addressing = addressing
        (address.requesterPays, address.customerKeyFile) = (requestPayer, sseCustomerKeyFile)
        address.rateLimit = limitRate?.bytesPerSecond
        return address
    }

    /// Another place that is reached with the same options; a directory needs none of them.
    func address(of location: String, _ settings: Settings) throws -> StoreAddress {
        var options = self
        options.location = location
        if !location.hasPrefix("s3://") { options.endpoint = nil }
        return try options.address(settings)
    }

    /// The options as words, for a command that outlives this one; never a key, which others could read.
    var wordsWithoutKeys: [String] {
        var words: [String] = []
        for (name, value) in [
            ("--endpoint", endpoint), ("--region", region), ("--profile", profile),
            ("--ca-file", caFile.map(Paths.absolute)),
            ("--sse-customer-key-file", sseCustomerKeyFile.map(Paths.absolute)),
        ] {
            if let value { words += [name, value] }
        }
        if addressing != .automatic { words += ["--addressing", addressing.rawValue] }
        if noSignRequest { words.append("--no-sign-request") }
        if requestPayer { words.append("--request-payer") }
        return words
    }
}
