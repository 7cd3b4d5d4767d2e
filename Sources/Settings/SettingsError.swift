// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics

/// Why the settings of a run cannot be made out.
///
/// No message holds a value that may be secret.
public enum SettingsError: UserError, Equatable {
    /// One half of a key pair is there and the other is not; `origin` says where they were looked for.
    case halfPair(missing: String, origin: String)
    case noCredentials
    case noSuchProfile(String, files: [String])
    /// A profile gets its credentials in a way that is not built.
    case unsupportedProfile(String, setting: String)
    case malformed(file: String, line: Int, reason: String)
    case unreadable(file: String, reason: String)
    /// A setting has a value that cannot be used.
    case unusable(String, reason: String)
    case contradiction(String)
    /// A secret that the configuration names is not there.
    case noSecret(String, reason: String)

    /// What is missing or wrong, and in which file, profile or variable.
    public var message: String {
        switch self {
        case .halfPair(let missing, let origin): "credentials from \(origin) are incomplete: no \(missing)"
        case .noCredentials: "no credentials found"
        case .noSuchProfile(let name, let files): "no profile '\(name)' in \(files.joined(separator: " or "))"
        case .unsupportedProfile(let name, let setting):
            "profile '\(name)' gets its credentials by '\(setting)', which is not supported"
        case .malformed(let file, let line, let reason): "'\(file)' line \(line): \(reason)"
        case .unreadable(let file, let reason): "cannot read '\(file)': \(reason)"
        case .unusable(let setting, let reason): "\(setting) cannot be used: \(reason)"
        case .contradiction(let what): what
        case .noSecret(let name, let reason): "the secret '\(ObjectName(name))' cannot be read: \(reason)"
        }
    }

    /// What to set, correct or leave out; never empty.
    public var hints: [String] {
        switch self {
        case .halfPair: ["give both halves of the key pair in the same place."]
        case .noCredentials:
            [
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
                "for a bucket that everybody may read, use --no-sign-request.",
            ]
        case .noSuchProfile: ["is AWS_PROFILE spelled as in the file?"]
        case .unsupportedProfile:
            [
                "let the AWS command line print keys: eval \"$(aws configure export-credentials --format env)\"."
            ]
        case .malformed: ["correct that line, or say with another variable or profile what is meant."]
        case .unreadable: ["does it exist, and may this user read it?"]
        case .unusable: ["pg_backctl verify --help says what it may be."]
        case .contradiction: ["leave one of the two out."]
        case .noSecret: ["the configuration names it: is it right there, and may this user read it?"]
        }
    }

    /// 11 for credentials, profiles and secrets, else 14.
    public var exitStatus: ExitStatus {
        switch self {
        case .halfPair, .noCredentials, .noSuchProfile, .unsupportedProfile, .noSecret: .credentialMissing
        case .malformed, .unreadable, .unusable, .contradiction: .usage
        }
    }
}
