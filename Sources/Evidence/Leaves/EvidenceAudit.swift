// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Digests

/// What came of recomputing the tree from all that it stands for.
public struct EvidenceAudit: Sendable {
    /// Whose tree it is.
    public var origin: String
    /// The number of leaves.
    public var size = 0
    /// Those of records that were there before there was a tree.
    public var unwitnessed = 0
    /// The root, recomputed.
    public var root: SHA256Digest = TreeHash.empty
    /// The checkpoints that the history holds.
    public var checkpoints = 0
    /// How many checkpoints an authority has stamped.
    public var timestamps = 0
    /// The latest of its times.
    public var lastTimestamp: Timestamp?
    /// How many leaves the newest of them covers.
    public var signed = 0
    /// The keys that have signed, the newest last.
    public var keys: [SigningParty] = []
    /// Records of before there was a tree that have not entered it yet.
    public var notImported = 0
    /// Checkpoints from outside that the tree was held against and goes on from, by how many leaves each has.
    public var witnesses: [Int] = []
    /// Whether a checkpoint from outside was given that does not fit.
    public var isContradicted: Bool {
        faults.contains { if case .wrongWitness = $0 { true } else { false } }
    }
    /// Receipts that were given, and tell of records as they are.
    public var receipts = 0
    /// How many leaves the file beside the history holds; nil where there is no such file.
    public var inFile: Int?
    /// Proofs of whose objects some are pruned: what they were is in the hash alone.
    public var pruned = 0
    /// What contradicts; at most so many as `limit`.
    public private(set) var faults: [EvidenceFault] = []
    /// How many there were.
    public private(set) var faultsFound = 0
    /// What is no contradiction, but weakens what the rest shows.
    public var notes: [String] = []

    /// How many faults are kept.
    public static let limit = 100

    /// Before anything was looked at.
    public init(origin: String) { self.origin = origin }

    /// Counts a fault, and keeps it while there are few.
    public mutating func add(_ fault: EvidenceFault) {
        faultsFound += 1
        if faults.count < Self.limit { faults.append(fault) }
    }
}

/// A key that has signed for a history.
public struct SigningParty: Sendable, Equatable {
    /// The key.
    public var key: VerifierKey
    /// Whether the one before it has signed that it follows.
    public var isVouched: Bool

    /// Takes both as they are.
    public init(_ key: VerifierKey, isVouched: Bool) { (self.key, self.isVouched) = (key, isVouched) }
}

/// Something that cannot be if nobody has touched the history: as values, with one sentence each.
public enum EvidenceFault: Sendable, Equatable {
    /// No leaf has that number, while a later one is there.
    case missingLeaf(Int)
    /// The rows say something else than was hashed.
    case changedRecord(leaf: Int, LeafKind, row: Int64)
    /// The rows are not there any more.
    case missingRecord(leaf: Int, LeafKind, row: Int64)
    /// What the objects of a proof were found to be differs.
    case changedReadings(leaf: Int, proof: Int64)
    /// A record that no leaf stands for.
    case unhashedRecord(LeafKind, row: Int64)
    /// A record that is said to be from before there was a tree, and came after one that is in it.
    case lateImport(LeafKind, row: Int64)
    /// Leaves that were written by who has no key.
    case unsignedLeaves(Range<Int>)
    /// A run, sweep, trial or restore that was begun, and is not there any more.
    case missingStart(String, row: Int64)
    /// What the newest transaction has signed.
    case wrongHead(Reason)
    /// A stamped checkpoint, or what an authority has answered of it.
    case wrongTimestamp(Int64)
    /// SQLite says that the file contradicts itself.
    case contradictsItself(String)
    /// A text with a zero in it, behind which nobody reads.
    case hiddenText(table: String, column: String)
    /// A pin that no proof and no acceptance has left.
    case unhashedPin(Int64)
    /// A pin that stands before another one, or after it, as it was not written.
    case movedPin(Int64)
    /// Checkpoints are numbered without a hole.
    case missingCheckpoint(Int64)
    /// A key that signs now, and that neither the trusted one nor one that it vouched for has named.
    case unvouchedKey(String)
    /// The tree's frontier is not that of its leaves.
    case wrongFrontier
    /// A checkpoint that the history holds.
    case wrongCheckpoint(number: Int64, Reason)
    /// A key that no earlier one vouches for, by a note that says it does.
    case wrongKey(String)
    /// A key that somebody trusts and that has never signed here.
    case unknownKey(String)
    /// A line of the file beside the history.
    case wrongLine(leaf: Int)
    /// The file beside the history has leaves that the history lacks.
    case shorterThanFile(leaves: Int, inFile: Int)
    /// A checkpoint from outside.
    case wrongWitness(source: String, Reason)

    /// A receipt from outside.
    case wrongReceipt(source: String, Reason)

    /// What is wrong with a checkpoint or a receipt.
    public enum Reason: Sendable, Equatable {
        case unreadable
        /// It is of another tree.
        case foreign(String)
        /// No key of the history has signed it.
        case unsigned
        /// It has more leaves than there are.
        case longer(leaves: Int, here: Int)
        /// The first leaves have another root than it says.
        case otherRoot(leaves: Int)
        /// It tells of a record that is not there like this.
        case noSuchLeaf
    }

    /// What is wrong, in words.
    public var message: String {
        switch self {
        case .missingLeaf(let leaf): "leaf \(leaf) is missing"
        case .changedRecord(let leaf, let kind, let row):
            "leaf \(leaf): \(kind.rawValue) \(row) is not what was hashed when it was written"
        case .missingRecord(let leaf, let kind, let row):
            "leaf \(leaf): \(kind.rawValue) \(row) is not in the history any more"
        case .changedReadings(let leaf, let proof):
            "leaf \(leaf): what proof \(proof) has found of its objects is not what was hashed when it was written"
        case .unhashedRecord(let kind, let row): "\(kind.rawValue) \(row) has no leaf"
        case .lateImport(let kind, let row):
            "\(kind.rawValue) \(row) is said to be from before there was a tree, and earlier ones were hashed when they were written"
        case .unsignedLeaves(let leaves):
            "leaves \(leaves.lowerBound) to \(leaves.upperBound - 1) are signed by nobody: they were written by a process without the key, or by hand"
        case .missingStart(let what, let row):
            "\(what) \(row) was begun, and is not in the history any more as it was then"
        case .wrongHead(let reason): "what the last change has signed \(reason.words)"
        case .wrongTimestamp(let number):
            "timestamp \(number) is not about a checkpoint of this history as it is"
        case .contradictsItself(let words): "the file contradicts itself: \(words)"
        case .hiddenText(let table, let column):
            "a text in \(table).\(column) has a zero character, behind which nobody reads"
        case .unhashedPin(let pin): "pin \(pin) belongs to no proof and no acceptance"
        case .movedPin(let pin): "pin \(pin) is not where it was written"
        case .missingCheckpoint(let number): "checkpoint \(number) is missing"
        case .unvouchedKey(let key): "key '\(key)' signs now, and the trusted one has not named it"
        case .wrongFrontier: "the frontier of the tree is not that of its leaves"
        case .wrongCheckpoint(let number, let reason): "checkpoint \(number) of the history \(reason.words)"
        case .wrongKey(let key): "key '\(key)' has no right signature below its note"
        case .unknownKey(let key): "key '\(key)' has never signed for this history"
        case .wrongLine(let leaf): "the file of leaves has other bytes for leaf \(leaf)"
        case .shorterThanFile(let leaves, let inFile):
            "the file of leaves has \(inFile) leaves, the history \(leaves): its last ones are gone"
        case .wrongWitness(let source, let reason): "the checkpoint in \(source) \(reason.words)"
        case .wrongReceipt(let source, let reason): "the receipt in \(source) \(reason.words)"
        }
    }
}

extension EvidenceFault.Reason {
    fileprivate var words: String {
        switch self {
        case .unreadable: "cannot be read"
        case .foreign(let origin): "is of another history: '\(origin)'"
        case .unsigned:
            "is signed by no key of this history: it is forged, or an older history was put back that does not know a later key"
        case .longer(let leaves, let here):
            "has \(leaves) leaves, but there are \(here): the last ones were cut off, or an older history was put back"
        case .noSuchLeaf: "tells of a record that is not in the history like this: one of the two was changed"
        case .otherRoot(let leaves):
            "has another root for the first \(leaves) leaves: one of them was changed"
        }
    }
}
