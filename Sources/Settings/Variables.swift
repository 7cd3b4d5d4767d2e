// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// One place that variables come from: the environment or a `.env` file.
struct Variables {
    /// As messages name it.
    let origin: String
    private let values: [String: String]

    init(_ values: [String: String], origin: String) { (self.values, self.origin) = (values, origin) }

    /// The value of a variable; an empty one counts as not set.
    subscript(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    subscript(_ first: String, or second: String) -> String? { self[first] ?? self[second] }

    /// What is not here is looked for in another place.
    func or(_ other: Variables) -> Variables {
        Variables(
            values.filter { !$0.value.isEmpty }.merging(other.values) { mine, _ in mine }, origin: origin)
    }
}

extension Variables {
    /// Keys under AWS's names, or under the older ones that this tool's first version had.
    func keys() throws(SettingsError) -> ChosenCredentials? {
        try KeyPair(
            id: self["AWS_ACCESS_KEY_ID", or: "AWS_ACCESS_KEY"],
            secret: self["AWS_SECRET_ACCESS_KEY", or: "AWS_SECRET_KEY"], token: self["AWS_SESSION_TOKEN"],
            names: ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), origin: origin
        ).chosen()
    }

    func webIdentity() throws(SettingsError) -> ChosenCredentials? {
        guard let file = self["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
        guard let role = self["AWS_ROLE_ARN"] else {
            throw .halfPair(missing: "AWS_ROLE_ARN", origin: origin)
        }
        return ChosenCredentials(
            .webIdentity(tokenFile: file, roleARN: role, sessionName: self["AWS_ROLE_SESSION_NAME"]),
            origin: "a web identity token, named by \(origin)")
    }

    func container() throws(SettingsError) -> ChosenCredentials? {
        let url: String
        if let path = self["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/") else {
                throw .unusable(
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", reason: "it does not start with '/'")
            }
            url = "http://169.254.170.2" + path
        } else if let full = self["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            guard Self.mayHearSecrets(full) else {
                throw .unusable(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    reason: "neither https nor an address of this machine")
            }
            url = full
        } else {
            return nil
        }
        let file = self["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].map(SecretSource.file(path:))
        let token = self["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map { SecretSource.value(Secret($0)) }
        return ChosenCredentials(
            .container(url: url, authorization: file ?? token), origin: "the container's credential endpoint")
    }

    /// Plain http is for loopback and for the addresses at which the agents of ECS and EKS listen.
    private static func mayHearSecrets(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@"), !authority.contains("\\") else { return false }
        let host =
            authority.first == "[" ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return ["localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
            .contains(String(host))
    }
}
