// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics

/// Why a plan or a bundle was not used.
public enum ShardError: UserError, Equatable {
    /// It is not what this history asked for, or nobody with the secret wrote it.
    case refused(String, reason: String)
    /// It could not be read or written.
    case unusable(String, reason: String)
    /// A bucket could not be asked.
    case unreachable(ToldError)
    /// A store is not where the plan has it.
    case elsewhere(store: String, url: String)
    case noSecret
    case shortSecret
    /// What was asked for cannot be honoured.
    case usage(String, hint: String)

    /// What is wrong, with the name of the document or store; nothing of the secret.
    public var message: String {
        switch self {
        case .refused(let name, let reason): "'\(ObjectName(name))' is refused: \(reason)"
        case .unusable(let name, let reason): "'\(ObjectName(name))': \(reason)"
        case .unreachable(let error): error.message
        case .elsewhere(let store, _): "store '\(ObjectName(store))' is elsewhere in the plan"
        case .noSecret: "the configuration names no secret that machines share"
        case .shortSecret:
            "the secret that machines share has fewer than \(SignedDocument.shortestSecret) bytes"
        case .usage(let message, _): message
        }
    }

    /// One for each kind; for a bucket that could not be asked those of its own error.
    public var hints: [String] {
        switch self {
        case .refused:
            [
                "somebody may have changed it, or another secret or history is used here than where it was made."
            ]
        case .unusable: ["is it there, and may this user read it, or write there?"]
        case .unreachable(let error): error.hints
        case .elsewhere(_, let url): ["here it is '\(ObjectName(url))': is it the same configuration?"]
        case .noSecret: ["such as shards: { secret: file:/run/secrets/shards }"]
        case .shortSecret: ["openssl rand -hex 32 makes a good one."]
        case .usage(_, let hint): [hint]
        }
    }

    /// 6 for what is refused, 5 for what is unusable, 11 for the secret, else 14; an unreachable bucket has its own.
    public var exitStatus: ExitStatus {
        switch self {
        case .refused: .tampered
        case .unusable: .inconclusive
        case .unreachable(let error): error.exitStatus
        case .noSecret, .shortSecret: .credentialMissing
        case .usage, .elsewhere: .usage
        }
    }
}
