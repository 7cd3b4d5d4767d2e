// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// What an S3 store needs to know, from wherever it was said.
public struct S3Settings: Sendable, Equatable {
    /// Such as `https://minio.example:9000`; nil for AWS itself.
    public var endpoint: String?
    /// Such as `eu-central-1`; nil where nobody says, and then it is `us-east-1`.
    public var region: String?
    /// A file with the certificates to trust instead of the system's.
    public var caFile: String?
    /// How requests are signed, and who said so.
    public var credentials: ChosenCredentials
    /// The HTTP proxy to go through, such as `http://proxy.example:3128`, perhaps with a password in it; nil for none.
    public var proxy: Secret?

    /// Nothing is looked up here, and nothing checked.
    public init(
        endpoint: String?, region: String?, caFile: String?, credentials: ChosenCredentials,
        proxy: Secret? = nil
    ) {
        (self.endpoint, self.region, self.caFile) = (endpoint, region, caFile)
        (self.credentials, self.proxy) = (credentials, proxy)
    }
}

/// Where S3's settings are looked for, most deliberate first: options, the named store of the configuration,
/// environment, `.env`, profile.
///
/// What a named store says of endpoint, region and keys beats the environment, which fills only what the store leaves open:
/// else the keys of one store would go to the endpoint of another.
///
/// An option or variable that names a profile counts where it stands, so `--profile` beats keys in the
/// environment, and AWS_PROFILE in the environment beats keys in `.env`.
struct S3Search {
    let options: SettingsOptions
    let environment: Variables
    let dotEnv: Variables
    /// The file of variables that the named store has its keys in; nil when it has none.
    let storeFile: Variables?
    let profile: Profile

    func settings() throws(SettingsError) -> S3Settings {
        let store = options.store
        return S3Settings(
            endpoint: options.endpoint ?? store?.endpoint ?? found("endpoint_url", endpoint(in:)),
            region: options.region ?? store?.region ?? found("region", region(in:)),
            caFile: options.caFile ?? store?.caFile ?? found("ca_bundle") { $0["AWS_CA_BUNDLE"] },
            credentials: try credentials(), proxy: try store?.proxy?.read())
    }

    /// A setting of the profile that has variables, too: in what is the store's own first.
    private func found(_ setting: String, _ variable: (Variables) -> String?) -> String? {
        var ownSetting: String?
        if case .profile? = options.store?.credentials { ownSetting = profile.values[setting] }
        return storeFile.flatMap(variable) ?? ownSetting ?? variable(environment) ?? variable(dotEnv)
            ?? profile.values[setting]
    }

    private func endpoint(in place: Variables) -> String? {
        place["AWS_ENDPOINT_URL_S3", or: "AWS_ENDPOINT_URL"]
    }
    private func region(in place: Variables) -> String? { place["AWS_REGION", or: "AWS_DEFAULT_REGION"] }

    private func credentials() throws(SettingsError) -> ChosenCredentials {
        if options.noSignRequest { return ChosenCredentials(.anonymous, origin: "--no-sign-request") }
        let given = KeyPair(
            id: options.accessKeyID, secret: options.secretAccessKey?.revealed, token: nil,
            names: ("access key id", "secret access key"), origin: "the options")
        if let chosen = try given.chosen() { return chosen }
        if options.profile != nil {
            if let chosen = try profile.credentials() { return chosen }
            // Going on would take keys from where `--profile` says not to look.
            throw .halfPair(missing: "aws_access_key_id", origin: "profile '\(profile.name)'")
        }
        if let own = options.store?.credentials { return try credentials(own) }
        for place in [environment, dotEnv] {
            if let chosen = try place.keys() { return chosen }
            if place["AWS_PROFILE"] != nil, let chosen = try profile.credentials() { return chosen }
            if let chosen = try place.webIdentity() { return chosen }
        }
        if let chosen = try profile.credentials() { return chosen }
        return try fromThePlatform()
    }

    /// Those of the named store; where it has none, nobody else's are taken.
    private func credentials(_ own: StoreCredentials) throws(SettingsError) -> ChosenCredentials {
        switch own {
        case .anonymous: return ChosenCredentials(.anonymous, origin: "the configuration")
        case .profile:
            if let chosen = try profile.credentials() { return chosen }
            throw .halfPair(missing: "aws_access_key_id", origin: "profile '\(profile.name)'")
        case .environmentFile(let path):
            if let file = storeFile {
                if let chosen = try file.keys() { return chosen }
                if file["AWS_PROFILE"] != nil, let chosen = try profile.credentials() { return chosen }
                if let chosen = try file.webIdentity() { return chosen }
            }
            throw .halfPair(missing: "AWS_ACCESS_KEY_ID", origin: "'\(path)'")
        }
    }

    /// What the machine or container offers to whoever runs on it.
    private func fromThePlatform() throws(SettingsError) -> ChosenCredentials {
        let variables = environment.or(dotEnv)
        if let chosen = try variables.container() { return chosen }
        guard variables["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { throw .noCredentials }
        return ChosenCredentials(
            .instanceMetadata, origin: "the machine's metadata service, since nothing else is set")
    }
}
