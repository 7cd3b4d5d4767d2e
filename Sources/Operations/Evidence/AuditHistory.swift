// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import Digests
public import Evidence
import Files
import History

/// Recomputes the evidence of a history, and holds it against what was signed of it.
public struct AuditHistory: Sendable {
    private let history: HistoryDatabase

    /// Opens the history without changing it; throws where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.existing(path, context)
    }

    /// `checkpoints` are files with a signed note each, from wherever one was kept: a message, a report, a copy.
    ///
    /// `receipts` are files with what `WriteReceipt` or a bundle wrote. `keys` are verifier keys that somebody has written down: each must have signed for this history.
    public func audit(
        checkpoints: [String], keys: [String], receipts: [String] = []
    ) throws -> AuditedHistory {
        let trusted = try keys.map { text in
            guard let key = VerifierKey(text) else {
                throw OperationError.usage(
                    "'\(ObjectName(text))' is no verifier key",
                    hint: "it has the form NAME+HASH+KEY: `pg_backctl audit keys` prints it.")
            }
            return key
        }
        var audit = try history.audit(
            try checkpoints.map { ($0, try Self.note($0)) },
            receipts: try receipts.map { ($0, try Self.receipt($0)) })
        for key in trusted {
            guard let place = audit.keys.lastIndex(where: { $0.key == key }) else {
                audit.add(.unknownKey(key.description))
                continue
            }
            if !audit.keys[(place + 1)...].allSatisfy(\.isVouched), let newest = audit.keys.last?.key {
                audit.add(.unvouchedKey(newest.description))
            }
        }
        return AuditedHistory(audit: audit)
    }

    /// The keys that have signed, the newest last; empty before the first.
    public func keys() throws -> [VerifierKey] { try history.verifierKeys() }

    /// The newest checkpoint; nil where nothing was signed yet.
    public func newestCheckpoint() throws -> SignedNote? { try history.newestCheckpoint() }

    private static func bytes(_ path: String, _ option: String) throws -> [UInt8] {
        do throws(SystemError) { return try FileDescriptor(file: path).content(limit: 64 << 20) ?? [] } catch
        {
            throw OperationError.usage(
                "'\(ObjectName(path))' cannot be read: \(error.text)", hint: "\(option) names a file.")
        }
    }

    private static func receipt(_ path: String) throws -> [UInt8] {
        var bytes = try bytes(path, "--receipt")
        // As mail programs and shells keep it.
        while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
        bytes.append(0x0A)
        guard Envelope(bytes) != nil else {
            throw OperationError.usage(
                "'\(ObjectName(path))' holds no receipt",
                hint: "it is one line of JSON, as `pg_backctl audit receipt` prints it.")
        }
        return bytes
    }

    private static func note(_ path: String) throws -> String {
        // As mail programs keep it: other ends of lines, empty lines at the end.
        let lines = String(decoding: try bytes(path, "--checkpoint"), as: UTF8.self).replacing(
            "\r\n", with: "\n"
        )
        .split(separator: "\n", omittingEmptySubsequences: false)
        let last = lines.lastIndex { !$0.isEmpty } ?? 0
        let text = lines.prefix(last + 1).joined(separator: "\n") + "\n"
        guard SignedNote(text).flatMap({ Checkpoint($0.text) }) != nil else {
            throw OperationError.usage(
                "'\(ObjectName(path))' holds no checkpoint",
                hint: "it is a text of a few lines, as `pg_backctl audit checkpoint` prints it.")
        }
        return text
    }
}

/// What an audit came to.
public struct AuditedHistory: Sendable {
    /// All that was seen.
    public let audit: EvidenceAudit

    /// Of the whole tree, in hex digits.
    public var root: String { audit.root.hex }

    /// 6 where anything contradicts, 9 where there is nothing yet.
    public var exitStatus: ExitStatus {
        audit.faultsFound > 0 ? .tampered : audit.size == 0 ? .nothingThere : .success
    }
}

/// Has the key that is there sign for a history from now on, made where there is none, though the one before it has not named it.
public struct ReplaceKey: Sendable {
    private let history: HistoryDatabase
    private let file: EvidenceKey
    private let cause: String?

    /// Opens the history; throws where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        let known = try Memory.existing(path, context)
        history = try HistoryDatabase(at: known.path, for: .keeping, clock: context.clock)
        file = EvidenceKey(context.evidenceKey, ofHistory: history.path)
        cause = context.startedBy
    }

    /// Does nothing where that key signs already.
    public func replace() throws {
        let origin = try history.origin()
        let key = try file.current(for: origin, signing: history.verifierKeys().last)
        try history.use(Witness(cause: cause, key: key ?? file.readOrMake(for: origin)))
    }
}

/// Gives up the key that signs for a history for a new one.
public struct RotateKey: Sendable {
    private let history: HistoryDatabase
    private let file: EvidenceKey

    /// Opens the history, making it where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.history(at: path, context)
        file = EvidenceKey(context.evidenceKey, ofHistory: history.path)
    }

    /// The old and the new key; both have signed the change when this returns.
    ///
    /// After a kill the old key signs or the new one: the history says which, and its file is there.
    public func rotate() throws -> (old: VerifierKey, new: VerifierKey) {
        let origin = try history.origin()
        return try file.whileHeld {
            guard let old = try file.current(for: origin, signing: history.verifierKeys().last) else {
                throw OperationError.keyUnusable(file.path, reason: "it is not there")
            }
            let new = try file.pending.replace(for: origin)
            try history.rotate(from: old, to: new)
            try file.takePending()
            return (old.verifier, new.verifier)
        }
    }
}
