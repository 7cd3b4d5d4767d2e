// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// What an S3 store needs to know, from wherever it was said.
public struct S3Settings: Sendable, Equatable {
    /// Such as `https://minio.example:9000`; nil for AWS itself.
    public var endpoint: String?
    public var region: String?
    /// A file with the certificates to trust instead of the system's.
    public var caFile: String?
    public var credentials: ChosenCredentials

    public init(endpoint: String?, region: String?, caFile: String?, credentials: ChosenCredentials) {
        (self.endpoint, self.region, self.caFile) = (endpoint, region, caFile)
        self.credentials = credentials
    }
}

/// Where S3's settings are looked for, most deliberate first: options, environment, `.env`, profile.
///
/// An option or variable that names a profile counts where it stands, so `--profile` beats keys in the
/// environment, and AWS_PROFILE in the environment beats keys in `.env`.
struct S3Search {
    let options: SettingsOptions
    let environment: Variables
    let dotEnv: Variables
    let profile: Profile

    func settings() throws(SettingsError) -> S3Settings {
        S3Settings(
            endpoint: options.endpoint ?? endpoint(in: environment) ?? endpoint(in: dotEnv)
                ?? profile.values["endpoint_url"],
            region: options.region ?? region(in: environment) ?? region(in: dotEnv)
                ?? profile.values["region"],
            caFile: options.caFile ?? environment["AWS_CA_BUNDLE"] ?? dotEnv["AWS_CA_BUNDLE"]
                ?? profile.values["ca_bundle"],
            credentials: try credentials())
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
        for place in [environment, dotEnv] {
            if let chosen = try place.keys() { return chosen }
            if place["AWS_PROFILE"] != nil, let chosen = try profile.credentials() { return chosen }
            if let chosen = try place.webIdentity() { return chosen }
        }
        if let chosen = try profile.credentials() { return chosen }
        return try fromThePlatform()
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
