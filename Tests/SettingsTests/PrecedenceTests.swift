// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Settings
import TestKit
import Testing

@Suite struct `Where S3's settings come from` {
    /// Every place that can hold a region, an endpoint and keys, most deliberate first.
    enum Place: Int, CaseIterable {
        case options, environment, dotEnv, profile
    }

    @Test(arguments: 0..<16) func `the most deliberate place that says something wins`(_ set: Int) throws {
        let places = Place.allCases.filter { set & (1 << $0.rawValue) != 0 }
        func has(_ place: Place) -> Bool { places.contains(place) }
        let home = try Home([
            "work/.env": has(.dotEnv)
                ? """
                AWS_ACCESS_KEY_ID=dotEnv
                AWS_SECRET_ACCESS_KEY=s
                AWS_REGION=dotEnv
                AWS_ENDPOINT_URL=http://dotEnv
                AWS_CA_BUNDLE=/dotEnv
                """ : "",
            ".aws/credentials": has(.profile)
                ? "[default]\naws_access_key_id = profile\naws_secret_access_key = s\n" : "",
            ".aws/config": has(.profile)
                ? "[default]\nregion = profile\nendpoint_url = http://profile\nca_bundle = /profile\n" : "",
        ])
        let environment =
            has(.environment)
            ? [
                "AWS_ACCESS_KEY_ID": "environment", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "environment",
                "AWS_ENDPOINT_URL": "http://environment", "AWS_CA_BUNDLE": "/environment",
            ] : [:]
        let options =
            has(.options)
            ? SettingsOptions(
                endpoint: "http://options", region: "options", accessKeyID: "options",
                secretAccessKey: Secret("s"),
                caFile: "/options") : SettingsOptions()
        let found = try home.s3(environment, options)
        let winner = places.first.map { "\($0)" }
        #expect(found.region == winner)
        #expect(found.endpoint == winner.map { "http://\($0)" })
        #expect(found.caFile == winner.map { "/\($0)" })
        let choice: CredentialChoice =
            winner.map { .static(id: $0, secret: Secret("s"), token: nil) } ?? .instanceMetadata
        #expect(found.credentials.choice == choice)
    }

    @Test(arguments: [
        (["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"], "a"), (["AWS_DEFAULT_REGION": "b"], "b"),
        (["AWS_REGION": "", "AWS_DEFAULT_REGION": "b"], "b"),
    ])
    func `the region has two names, and an empty variable says nothing`(
        _ environment: [String: String], region: String
    ) throws {
        #expect(try Home().s3(environment).region == region)
    }

    @Test func `the endpoint of S3 beats the one of all services`() throws {
        let environment = ["AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_S3": "http://s3"]
        #expect(try Home().s3(environment).endpoint == "http://s3")
    }

    @Test func `keys are taken with their token or the older names, from one place`() throws {
        let environment = ["AWS_ACCESS_KEY": "id", "AWS_SECRET_KEY": "secret", "AWS_SESSION_TOKEN": "token"]
        let home = try Home(["work/.env": "AWS_SESSION_TOKEN=other"])
        let found = try home.s3(environment).credentials
        #expect(found.choice == .static(id: "id", secret: Secret("secret"), token: Secret("token")))
        #expect(found.origin == "the environment")
        let without = try home.s3(environment.filter { $0.key != "AWS_SESSION_TOKEN" }).credentials
        #expect(without.choice == .static(id: "id", secret: Secret("secret"), token: nil))
    }

    @Test(arguments: [
        (["AWS_ACCESS_KEY_ID": "id"], "AWS_SECRET_ACCESS_KEY"),
        (["AWS_SECRET_ACCESS_KEY": "s"], "AWS_ACCESS_KEY_ID"),
        (["AWS_ACCESS_KEY": "id"], "AWS_SECRET_ACCESS_KEY"), (["AWS_SECRET_KEY": "s"], "AWS_ACCESS_KEY_ID"),
    ])
    func `half a key pair is an error, even if another place has a whole one`(
        _ environment: [String: String], missing: String
    ) throws {
        let home = try Home(["work/.env": "AWS_ACCESS_KEY_ID=a\nAWS_SECRET_ACCESS_KEY=b"])
        let error = #expect(throws: SettingsError.self) { try home.s3(environment) }
        #expect(error == .halfPair(missing: missing, origin: "the environment"))
        #expect(error?.exitStatus == .credentialMissing)
    }

    @Test func `half a pair among the options is an error`() throws {
        let error = #expect(throws: SettingsError.self) {
            try Home().s3([:], SettingsOptions(accessKeyID: "id"))
        }
        #expect(error == .halfPair(missing: "secret access key", origin: "the options"))
    }

    @Test(arguments: ["id\n", "i d", "id\r\nx-amz-acl: public", "ïd"])
    func `a key that would break a header is refused without showing it`(_ id: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try Home().s3(["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": "s"])
        }
        #expect(error?.message.contains(id) == false)
    }

    @Test func `no signature asked for means none, whatever else is set`() throws {
        let options = SettingsOptions(noSignRequest: true)
        let environment = ["AWS_ACCESS_KEY_ID": "id"]
        #expect(try Home().s3(environment, options).credentials.choice == .anonymous)
        #expect(throws: SettingsError.self) {
            try Home().load([:], SettingsOptions(accessKeyID: "id", noSignRequest: true))
        }
    }

    @Test func `a secret given as an option is warned about and shown nowhere`() throws {
        let options = SettingsOptions(accessKeyID: "id", secretAccessKey: Secret("hush"))
        let settings = try Home().load([:], options)
        #expect(settings.warnings.count == 1)
        var text = "\(settings) \(options)"
        dump(settings, to: &text)
        dump(try settings.s3(), to: &text)
        #expect(!text.contains("hush"))
    }

    @Test(arguments: [
        (["AWS_PROFILE": "other"], true, "other"),
        (["AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "s", "AWS_PROFILE": "other"], false, "env"),
    ])
    func `a profile named by the environment stands after its keys and before dot-env`(
        _ environment: [String: String], hasDotEnv: Bool, id: String
    ) throws {
        let home = try Home([
            "work/.env": hasDotEnv ? "AWS_ACCESS_KEY_ID=dot\nAWS_SECRET_ACCESS_KEY=s" : "",
            ".aws/credentials": "[other]\naws_access_key_id=other\naws_secret_access_key=s",
        ])
        #expect(
            try home.s3(environment).credentials.choice == .static(id: id, secret: Secret("s"), token: nil))
    }

    @Test func `a profile named by an option beats keys in the environment`() throws {
        let home = try Home([
            ".aws/credentials": "[other]\naws_access_key_id=other\naws_secret_access_key=s\n[empty]"
        ])
        let keys = ["AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "s"]
        let found = try home.s3(keys, SettingsOptions(profile: "other")).credentials
        #expect(found.choice == .static(id: "other", secret: Secret("s"), token: nil))
        #expect(throws: SettingsError.self) { try home.s3(keys, SettingsOptions(profile: "empty")) }
    }
}

@Suite struct `Credentials that the platform gives` {
    @Test func `web identity`() throws {
        let environment = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
            "AWS_ROLE_SESSION_NAME": "n",
        ]
        let choice = try Home().s3(environment).credentials.choice
        #expect(
            choice == .webIdentity(tokenFile: "/token", roleARN: "arn:aws:iam::1:role/r", sessionName: "n"))
        #expect(throws: SettingsError.halfPair(missing: "AWS_ROLE_ARN", origin: "the environment")) {
            try Home().s3(["AWS_WEB_IDENTITY_TOKEN_FILE": "/token"])
        }
    }

    @Test func `a container, by a path and by an address`() throws {
        let relative = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t",
        ]
        #expect(
            try Home().s3(relative).credentials.choice
                == .container(url: "http://169.254.170.2/v2/x", authorization: .value(Secret("t"))))
        let full = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/f",
        ]
        #expect(
            try Home().s3(full).credentials.choice
                == .container(url: "http://169.254.170.23/v1", authorization: .file(path: "/f")))
    }

    @Test(arguments: [
        ("https://anywhere.example/x", true), ("http://localhost:1/x", true), ("http://[::1]:80/x", true),
        ("http://[fd00:ec2::23]/x", true), ("http://anywhere.example/x", false),
        ("http://localhost.evil/x", false),
        ("http://127.0.0.1@evil/x", false), ("http://169.254.170.2.evil/x", false),
        ("ftp://localhost/", false),
        ("http://127.0.0.1\\@evil/", false), ("", true),
    ])
    func `a container's token goes over https or stays on the machine`(_ url: String, isFine: Bool) throws {
        let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]
        let found = try? Home().s3(environment)
        #expect((found != nil) == isFine)
    }

    @Test func `metadata comes last and can be switched off`() throws {
        #expect(try Home().s3().credentials.choice == .instanceMetadata)
        let error = #expect(throws: SettingsError.self) {
            try Home().s3(["AWS_EC2_METADATA_DISABLED": "TRUE"])
        }
        #expect(error == .noCredentials)
        #expect(error?.exitStatus == .credentialMissing)
    }
}
