// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc
import Settings
import TestKit
import Testing

@Suite struct `The dot-env file` {
    @Test(arguments: [
        ("AWS_REGION=r", "r"), ("export AWS_REGION=r", "r"), ("export\tAWS_REGION=r", "r"),
        ("  AWS_REGION=r  ", "r"),
        ("AWS_REGION='r'", "r"), ("AWS_REGION=\"r\"", "r"), ("AWS_REGION=\"r # s\"", "r # s"),
        ("AWS_REGION=r # s", "r"), ("AWS_REGION=r#s", "r#s"), ("AWS_REGION= r", "r"),
        ("AWS_REGION=a=b", "a=b"),
        ("AWS_REGION='r' # s", "r"), ("# AWS_REGION=x\r\nAWS_REGION=r\r\n", "r"),
        ("AWS_REGION=a\nAWS_REGION=b", "b"),
        ("AWS_REGION=$HOME", "$HOME"), ("AWS_REGION=`id`", "`id`"), ("AWS_REGION='a\"b'", "a\"b"),
        ("\u{FEFF}AWS_REGION=r", "r"), ("AWS_REGION=", nil), ("AWS_REGION=# s", nil), ("#AWS_REGION=r", nil),
        ("exportAWS_REGION=r", nil), ("XDG_STATE_HOME=/x", nil), ("", nil),
    ])
    func `is read as it stands, without a shell`(_ text: String, region: String?) throws {
        #expect(try Home(["work/.env": text]).s3().region == region)
    }

    @Test(arguments: [
        "AWS_REGION", "AWS_REGION='r", "AWS_REGION=\"r", "AWS_REGION='r'x", "AWS_REGION=it's", "AWS_A B=r",
    ])
    func `a bad line about AWS is an error with its number`(_ line: String) throws {
        let error = #expect(throws: SettingsError.self) { try Home(["work/.env": "A=b\n\n\(line)\n"]).s3() }
        #expect(error?.message.hasSuffix("/work/.env' line 3: not KEY=VALUE with matching quotes") == true)
    }

    @Test func `lines of other programs are left out with a warning`() throws {
        let settings = try Home(["work/.env": "KEY='-----BEGIN\nabc\n-----END'\nAWS_REGION=r"]).load()
        #expect(try settings.s3().region == "r")
        #expect(settings.warnings.count == 1)
        #expect(
            settings.warnings.first?.hasSuffix("line 1 is not KEY=VALUE; 3 such line(s) left out") == true)
    }

    @Test(arguments: [
        (0o600, "AWS_SECRET_KEY=x", 0), (0o644, "AWS_SECRET_KEY=x", 1), (0o644, "AWS_REGION=x", 0),
    ])
    func `a secret that others can read is warned about`(_ mode: Int, line: String, warnings: Int) throws {
        let home = try Home(["work/.env": "AWS_ACCESS_KEY=a\n\(line)\n"])
        chmod(home.tree.cString("work/.env"), mode_t(mode))
        #expect(try home.load().warnings.count == warnings)
    }

    @Test func `a file of more than 1 MiB is refused`() throws {
        let line = String(repeating: "#", count: 1023) + "\n"
        #expect(try Home(["work/.env": String(repeating: line, count: 1024)]).s3().region == nil)
        let error = #expect(throws: SettingsError.self) {
            try Home(["work/.env": String(repeating: line, count: 1024) + "#"]).s3()
        }
        #expect(error?.message.hasSuffix("it is larger than 1 MiB") == true)
    }

    @Test func `whoever reads no S3 store is not bothered with what is wrong here`() throws {
        let settings = try Home(["work/.env": "AWS_REGION"]).load(["TERM": "xterm"])
        #expect(settings.isColorWelcome)
        #expect(throws: SettingsError.self) { try settings.s3() }
    }
}

@Suite struct `The files in dot-aws` {
    @Test func `sections, comments, nested settings and CRLF are read`() throws {
        let config = """
            # comment\r
            ; comment\r
            [default]\r
            region = eu-west-1 # comment\r
            s3 =\r
              addressing_style = path\r
              region = nested\r
            \r
            [profile "two words"]\r
            REGION=eu-west-2\r
            [sso-session x]\r
            sso_start_url = https://x\r
            """
        let home = try Home([".aws/config": config])
        #expect(try home.s3().region == "eu-west-1")
        #expect(try home.s3(["AWS_PROFILE": "two words"]).region == "eu-west-2")
    }

    @Test(arguments: [
        ("region = x", 1, "a setting before the first section"), ("[default", 1, "']' is missing"),
        ("[default]\nregion", 2, "neither [section] nor key = value"), ("[]", 1, "a section needs a name"),
        ("[default]\n= x", 2, "a setting needs a name"), ("[a]\n\n[a]", 3, "section 'a' is there twice"),
        ("[default]\nregion=a\nregion=b", 3, "'region' is there twice"),
        ("[a]\n  x = y", 2, "is indented under no setting"),
    ])
    func `what is not of the format is an error with its line`(_ text: String, line: Int, reason: String)
        throws
    {
        let home = try Home([".aws/config": text])
        #expect(
            throws: SettingsError.malformed(file: "\(home.tree.path)/.aws/config", line: line, reason: reason)
        ) {
            try home.s3()
        }
    }

    @Test func `a profile that is not there is an error, the default one need not be`() throws {
        let error = #expect(throws: SettingsError.self) { try Home().s3(["AWS_PROFILE": "absent"]) }
        #expect(error?.message.hasPrefix("no profile 'absent' in '") == true)
        #expect(error?.exitStatus == .credentialMissing)
        #expect(try Home().s3(["AWS_REGION": "r"]).region == "r")
    }

    @Test(arguments: [
        "role_arn = x", "source_profile = x", "credential_process = x", "sso_session = x",
        "sso_start_url = x",
        "credential_source = Environment",
    ])
    func `ways to credentials that are not built are errors where they are needed`(_ line: String) throws {
        let keys = "aws_access_key_id = a\naws_secret_access_key = b\n"
        let home = try Home([".aws/config": "[default]\n\(keys)\(line)\nregion = r\n"])
        let error = #expect(throws: SettingsError.self) { try home.s3() }
        #expect(error == .unsupportedProfile("default", setting: String(line.prefix { $0 != " " })))
        let environment = ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "s"]
        #expect(try home.s3(environment).region == "r")
    }

    @Test func `web identity of a profile is understood`() throws {
        let home = try Home([".aws/config": "[default]\nrole_arn = r\nweb_identity_token_file = /t"])
        #expect(
            try home.s3().credentials.choice == .webIdentity(tokenFile: "/t", roleARN: "r", sessionName: nil))
    }

    @Test func `keys of the credentials file beat those of the configuration file`() throws {
        let home = try Home([
            ".aws/config": "[default]\naws_access_key_id = a\naws_secret_access_key = a",
            ".aws/credentials":
                "[default]\naws_access_key_id = b\naws_secret_access_key = b\naws_session_token = t",
        ])
        #expect(
            try home.s3().credentials.choice == .static(id: "b", secret: Secret("b"), token: Secret("t")))
    }

    @Test func `half a pair in a profile is an error`() throws {
        let home = try Home([".aws/credentials": "[default]\naws_access_key_id = b"])
        let error = #expect(throws: SettingsError.self) { try home.s3() }
        #expect(error?.message.hasSuffix("are incomplete: no aws_secret_access_key") == true)
    }

    @Test func `files named by variables are read, and missed when they are not there`() throws {
        let home = try Home(["elsewhere": "[default]\nregion = r"])
        #expect(try home.s3(["AWS_CONFIG_FILE": "~/elsewhere"]).region == "r")
        #expect(try home.s3(["AWS_CONFIG_FILE": "\(home.tree.path)/elsewhere"]).region == "r")
        #expect(try home.s3(["AWS_CONFIG_FILE": "/dev/null"]).region == nil)
        #expect(throws: SettingsError.unreadable(file: "/absent/x", reason: "no such file")) {
            try home.s3(["AWS_SHARED_CREDENTIALS_FILE": "/absent/x"])
        }
    }

    @Test func `a services section is not read without a word`() throws {
        let home = try Home([
            ".aws/config": "[default]\nservices = local\n[services local]\ns3 =\n  endpoint_url = http://x"
        ])
        #expect(try home.load().warnings.count == 1)
        #expect(try home.s3().endpoint == nil)
    }
}

@Suite struct `The rest of the settings` {
    @Test(
        arguments: [
            ([:], nil, false, "HOME/.local/state/pg_backctl/history.sqlite"),
            (["XDG_STATE_HOME": "/state"], nil, false, "/state/pg_backctl/history.sqlite"),
            (["XDG_STATE_HOME": "state"], nil, false, "HOME/.local/state/pg_backctl/history.sqlite"),
            ([:], nil, true, "/var/lib/pg_backctl/history.sqlite"),
            (["XDG_STATE_HOME": "/state"], nil, true, "/state/pg_backctl/history.sqlite"),
            (["XDG_STATE_HOME": "/state"], "here", true, "here"),
        ] as [([String: String], String?, Bool, String)])
    func `the history has its place`(
        _ environment: [String: String], option: String?, isRoot: Bool, place: String
    ) throws {
        let home = try Home()
        let settings = try home.load(environment, SettingsOptions(historyPath: option), isRoot: isRoot)
        #expect(settings.historyPath == place.replacing("HOME", with: home.tree.path))
    }

    @Test(
        arguments: [
            ([:], false), (["TERM": "xterm"], true), (["TERM": "dumb"], false),
            (["TERM": "xterm", "NO_COLOR": "1"], false),
            (["TERM": "xterm", "NO_COLOR": ""], true),
        ] as [([String: String], Bool)])
    func `colours are welcome or not`(_ environment: [String: String], isWelcome: Bool) throws {
        #expect(try Home().load(environment).isColorWelcome == isWelcome)
    }

    @Test func `this process has settings`() throws {
        #expect(try Settings.current(SettingsOptions(historyPath: "x")).historyPath == "x")
    }
}
