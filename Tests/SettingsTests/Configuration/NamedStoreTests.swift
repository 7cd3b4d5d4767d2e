// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc
import TestKit
import Testing

@testable import Settings

@Suite struct `A named store` {
    /// What another store's shell would say.
    private static let environment = [
        "AWS_ENDPOINT_URL_S3": "https://theirs", "AWS_REGION": "theirs", "AWS_ACCESS_KEY_ID": "THEIRS",
        "AWS_SECRET_ACCESS_KEY": "theirs", "AWS_SESSION_TOKEN": "theirs", "AWS_PROFILE": "theirs",
    ]

    private static let files = [
        "shop.env": "AWS_ACCESS_KEY_ID=OURS\nAWS_SECRET_ACCESS_KEY=ours\n",
        "all.env":
            "AWS_ACCESS_KEY_ID=OURS\nAWS_SECRET_ACCESS_KEY=ours\nAWS_ENDPOINT_URL=https://file\nAWS_REGION=file\n",
        "half.env": "AWS_ACCESS_KEY_ID=OURS\n", "empty.env": "# nothing\n",
        ".aws/credentials":
            "[ours]\naws_access_key_id = OURS\naws_secret_access_key = ours\n[theirs]\naws_access_key_id = THEIRS\naws_secret_access_key = theirs\n",
        ".aws/config": "[profile ours]\nregion = profile\nendpoint_url = https://profile\n[profile theirs]\n",
    ]

    private func s3(
        _ keys: String, _ environment: [String: String] = environment,
        _ change: (inout SettingsOptions) -> Void = { _ in }
    ) throws -> S3Settings {
        let home = try Home(Self.files)
        var options = SettingsOptions()
        options.store = try `The configuration`.store(keys.replacing("HOME", with: home.tree.path))
        change(&options)
        return try home.s3(environment, options)
    }

    private func key(_ settings: S3Settings) -> String? {
        if case .static(let id, let secret, let token) = settings.credentials.choice {
            // Never halves of two places.
            return "\(id) \(secret.revealed) \(token?.revealed ?? "-")"
        }
        return settings.credentials.choice == .anonymous ? "anonymous" : nil
    }

    /// What the store says, and what endpoint, region and keys come of it where the environment is another store's.
    static let cases: [(keys: String, endpoint: String, region: String, key: String)] = [
        (
            "endpoint: https://ours, region: ours, credentials: { env-file: HOME/shop.env }", "https://ours",
            "ours",
            "OURS ours -"
        ),
        ("credentials: { env-file: HOME/all.env }", "https://file", "file", "OURS ours -"),
        (
            "endpoint: https://ours, credentials: { env-file: HOME/all.env }", "https://ours", "file",
            "OURS ours -"
        ),
        ("credentials: { profile: ours }", "https://profile", "profile", "OURS ours -"),
        ("endpoint: https://ours, credentials: { profile: ours }", "https://ours", "profile", "OURS ours -"),
        ("endpoint: https://ours, credentials: { anonymous: true }", "https://ours", "theirs", "anonymous"),
        // What is left open is filled.
        ("endpoint: https://ours", "https://ours", "theirs", "THEIRS theirs theirs"),
        ("region: ours, credentials: { env-file: HOME/shop.env }", "https://theirs", "ours", "OURS ours -"),
    ]

    @Test(arguments: cases.indices) func `has its own endpoint, region and keys`(_ index: Int) throws {
        let (keys, endpoint, region, key) = Self.cases[index]
        let settings = try s3(keys)
        #expect(settings.endpoint == endpoint && settings.region == region)
        #expect(self.key(settings) == key)
    }

    @Test func `gives way to the command line`() throws {
        let keys = "endpoint: https://ours, region: ours, credentials: { env-file: HOME/shop.env }"
        let settings = try s3(keys) { options in
            (options.endpoint, options.region) = ("https://typed", "typed")
            (options.accessKeyID, options.secretAccessKey) = ("TYPED", Secret("typed"))
        }
        #expect(
            settings.endpoint == "https://typed" && settings.region == "typed"
                && key(settings) == "TYPED typed -")
    }

    @Test(arguments: ["half.env", "empty.env", "absent.env"])
    func `takes nobody else's keys where its own are not there`(_ file: String) throws {
        #expect(throws: SettingsError.self) { try s3("credentials: { env-file: HOME/\(file) }") }
        #expect(throws: SettingsError.self) { try s3("credentials: { profile: absent }") }
    }

    @Test func `may be reached through a proxy, whose address may be a secret`() throws {
        #expect(try s3("proxy: http://proxy:3128").proxy?.revealed == "http://proxy:3128")
        let home = try Home(["proxy": "http://u:p@proxy:3128\n"])
        #expect(try s3("proxy: 'file:\(home.tree.path)/proxy'").proxy?.revealed == "http://u:p@proxy:3128")
        let error = #expect(throws: SettingsError.self) { try s3("proxy: 'env:NO_SUCH_VARIABLE_AT_ALL'") }
        #expect(error?.exitStatus == .credentialMissing)
    }
}

@Suite struct `A secret's name` {
    @Test func `is read when it is used`() throws {
        let home = try Home(["secret": "s3cret\r\n", "empty": "\n"])
        func read(_ text: String) throws -> String {
            try #require(SecretName(text)).read(["NAME": "value", "EMPTY": ""]).revealed
        }
        #expect(try read("env:NAME") == "value" && read("file:\(home.tree.path)/secret") == "s3cret")
        for absent in ["env:EMPTY", "env:OTHER", "file:/no/such", "file:\(home.tree.path)/empty"] {
            let error = #expect(throws: SettingsError.self) { try read(absent) }
            #expect(error?.message.contains(absent) == true && error?.exitStatus == .credentialMissing)
        }
    }

    @Test(arguments: ["NAME", "env:", "env:A B", "env:1A", "file:x", "file:", "vault:x", ""])
    func `is of a form that nobody takes for the secret`(_ text: String) { #expect(SecretName(text) == nil) }

    @Test func `of a file that others can read is told`() throws {
        let home = try Home(["secret": "s"])
        let name = SecretName.file("\(home.tree.path)/secret")
        for (mode, isOpen) in [(0o600, false), (0o640, true), (0o604, true)] as [(mode_t, Bool)] {
            chmod(home.tree.cString("secret"), mode)
            #expect(name.isReadableByOthers == isOpen && name.absence == nil)
        }
    }
}
