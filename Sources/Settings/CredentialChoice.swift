// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// How requests are signed: with which keys, or from whom the keys are got.
public enum CredentialChoice: Sendable, Equatable {
    case `static`(id: String, secret: Secret, token: Secret?)
    /// Keys from STS in exchange for the token in a file (`AssumeRoleWithWebIdentity`).
    case webIdentity(tokenFile: String, roleARN: String, sessionName: String?)
    /// Keys from the endpoint that the container's agent offers; a token file is read anew for each request.
    case container(url: String, authorization: ContainerAuthorization?)
    /// Keys from the machine's metadata service (IMDSv2).
    case instanceMetadata
    /// No signature at all.
    case anonymous
}

/// What the container's credential endpoint wants to see.
public enum ContainerAuthorization: Sendable, Equatable {
    case token(Secret)
    case file(String)
}

/// A credential choice and where it came from, for `--verbose`.
public struct ChosenCredentials: Sendable, Equatable {
    public var choice: CredentialChoice
    /// Such as `the environment`, `profile 'default' in '/root/.aws/credentials'`.
    public var origin: String

    public init(_ choice: CredentialChoice, origin: String) { (self.choice, self.origin) = (choice, origin) }
}
