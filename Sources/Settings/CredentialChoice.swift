// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// How requests are signed: with which keys, or from whom the keys are got.
public enum CredentialChoice: Sendable, Equatable {
    case `static`(id: String, secret: Secret, token: Secret?)
    /// Keys from STS in exchange for the token in a file (`AssumeRoleWithWebIdentity`).
    case webIdentity(tokenFile: String, roleARN: String, sessionName: String?)
    /// Keys from the endpoint that the container's agent offers to who shows it a token.
    case container(url: String, authorization: SecretSource?)
    /// Keys from the machine's metadata service (IMDSv2).
    case instanceMetadata
    /// No signature at all.
    case anonymous
}

/// A credential choice and where it came from, for `--verbose`.
public struct ChosenCredentials: Sendable, Equatable {
    /// The keys themselves, or whom to ask for them.
    public var choice: CredentialChoice
    /// Such as `the environment`, `profile 'default' in '/root/.aws/credentials'`.
    public var origin: String

    /// `origin` is shown to people: nothing secret may be in it.
    public init(_ choice: CredentialChoice, origin: String) { (self.choice, self.origin) = (choice, origin) }
}
