// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// What the command line says about settings, and the store that it names; nil where it says nothing.
public struct SettingsOptions: Sendable, Equatable {
    /// The URL of the S3 server (`--endpoint`).
    public var endpoint: String?
    /// What requests are signed for (`--region`).
    public var region: String?
    /// Of no use without `secretAccessKey` (`--access-key`).
    public var accessKeyID: String?
    /// Warned of where it is given: arguments can be read by every user (`--secret-key`).
    public var secretAccessKey: Secret?
    /// Read without credentials and without a signature.
    public var noSignRequest: Bool
    /// A profile of `~/.aws`, which beats keys of the environment (`--profile`).
    public var profile: String?
    /// A file with the certificates to trust instead of the system's.
    public var caFile: String?
    /// The file of the history.
    public var historyPath: String?
    /// The store of the configuration that is meant: what it says of itself beats the environment.
    public var store: StoreConfiguration?

    /// Says nothing, but for what is given.
    public init(
        endpoint: String? = nil, region: String? = nil, accessKeyID: String? = nil,
        secretAccessKey: Secret? = nil,
        noSignRequest: Bool = false, profile: String? = nil, caFile: String? = nil,
        historyPath: String? = nil,
        store: StoreConfiguration? = nil
    ) {
        (self.endpoint, self.region, self.profile) = (endpoint, region, profile)
        (self.accessKeyID, self.secretAccessKey) = (accessKeyID, secretAccessKey)
        (self.noSignRequest, self.caFile, self.historyPath) = (noSignRequest, caFile, historyPath)
        self.store = store
    }
}
