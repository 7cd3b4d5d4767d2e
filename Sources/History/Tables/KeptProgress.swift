// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import GRDB

/// The progress of one object as the database holds it, and the codes of its rows.
struct KeptProgress {
    let id: Int64
    let chunkSize: UInt64?
    let pin: String?
    let validators: Validators
    private(set) var sha256: String?
    private(set) var manifestDigest: String?
    /// Nanoseconds since 1970.
    private(set) var since: Int64
    private let stateCount: Int
    private let key: SigningKey?
    /// What all codes of the object are over.
    private let scope: [CanonicalJSON]

    /// Nil for a row that this key has not made.
    init?(_ row: Row, _ key: SigningKey?) {
        self.init(unchecked: row, key)
        guard isOwn(row.blob("code"), code()) else { return nil }
    }

    /// Of a row that this transaction has written.
    init?(unchecked row: Row, _ key: SigningKey?) {
        guard let validators = Validators(row) else { return nil }
        (id, chunkSize, pin, sha256) = (row["id"], row.bytes("chunk_size"), row["pin_sha256"], row["sha256"])
        (manifestDigest, since, stateCount) = (row["manifest_digest"], row["since"], row["state_count"] ?? 0)
        (self.validators, self.key) = (validators, key)
        let columns = [
            "url", "name", "proof", "chunk_size", "pin_sha256", "size", "etag", "version", "modified",
            "changed",
            "inode",
        ]
        scope = columns.map { CanonicalJSON(row[$0] as DatabaseValue) }
    }

    /// With a step added; nil where that does not continue what is here.
    func adding(_ step: ProgressStep) -> KeptProgress? {
        guard sha256 == nil, validators.isSameVersion(as: step.validators), pin == step.pin else {
            return nil
        }
        var next = self
        switch step {
        case .read(_, let from, let chunkSize, _, _):
            guard chunkSize == self.chunkSize, from == stateCount else { return nil }
        case .proven(_, let chunkSize, _, _, _):
            guard chunkSize == self.chunkSize else { return nil }
        case .complete(let sha256, let manifest, _, _):
            (next.sha256, next.manifestDigest) = (sha256, column(manifest))
        }
        // What several machines have read comes in any order.
        next.since = min(since, step.time.nanoseconds)
        return next
    }
}

// MARK: Codes
extension KeptProgress {
    /// Of the row itself.
    func code() -> [UInt8]? {
        code("reading", [CanonicalJSON(sha256), CanonicalJSON(manifestDigest), .number(since)])
    }

    func code(ofStates states: [UInt8], from: Int64) -> [UInt8]? {
        code("states", [.number(from), .text(SHA256.digest(of: states).hex)])
    }

    func code(ofChunks chunks: Range<Int>) -> [UInt8]? {
        code("chunks", [.number(Int64(chunks.lowerBound)), .number(Int64(chunks.upperBound))])
    }

    /// Whether a row has the code that it must have; without a key, that is none.
    func isOwn(_ found: [UInt8]?, _ code: [UInt8]?) -> Bool {
        guard let code else { return found == nil }
        return ConstantTime.isSecret(code, found ?? [])
    }

    private func code(_ what: String, _ parts: [CanonicalJSON]) -> [UInt8]? {
        key?.code(of: CanonicalJSON.list([.text(what)] + scope + parts).bytes, for: "progress")
    }
}

extension CanonicalJSON {
    fileprivate init(_ text: String?) { self = text.map(CanonicalJSON.text) ?? .list([]) }

    /// Of a column that holds texts and whole numbers; NULL is an empty list.
    fileprivate init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .int64(let number): .number(number)
            case .string(let text): .text(text)
            case .null, .double, .blob: .list([])
            }
    }
}

extension ProgressStep {
    var validators: Validators {
        switch self {
        case .read(_, _, _, let validators, _), .proven(_, _, _, let validators, _),
            .complete(_, _, let validators, _):
            validators
        }
    }

    var time: Timestamp {
        switch self {
        case .read(_, _, _, _, let time), .proven(_, _, _, _, let time), .complete(_, _, _, let time): time
        }
    }

    var chunkSize: UInt64? {
        switch self {
        case .read(_, _, let chunkSize, _, _), .proven(_, let chunkSize, _, _, _): chunkSize
        case .complete: nil
        }
    }

    var pin: String? {
        if case .proven(_, _, let pin, _, _) = self { pin } else { nil }
    }

    var sha256: String? {
        if case .complete(let sha256, _, _, _) = self { sha256 } else { nil }
    }

    var manifestDigest: ManifestDigest? {
        if case .complete(_, let digest, _, _) = self { digest } else { nil }
    }

    /// Whether progress can begin with this step.
    var isFirst: Bool {
        if case .read(_, let from, _, _, _) = self { from == 0 } else { true }
    }
}
