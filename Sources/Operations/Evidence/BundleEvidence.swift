// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import Files
import History
public import Reports
public import Settings

/// Writes what an auditor needs to see that nobody has touched the records of a period, into a directory of its own.
///
/// It holds the leaves of the period, what leads from them to the root of the whole tree, the signed checkpoint, receipts, the public
/// keys, and a shell script that checks all of it with openssl and sha256sum alone.
public struct BundleEvidence: Sendable {
    private let history: HistoryDatabase
    private let key: SigningKey
    private let configuration: Configuration?
    private let context: OperationContext

    /// Opens the history, making it where there is none; throws without the key that signs for it.
    ///
    /// Where a configuration is there, the report of the period in all forms goes with it.
    public init(_ path: String?, _ configuration: Configuration?, _ context: OperationContext) throws {
        (history, key) = try EvidenceKey.signing(path, context)
        (self.configuration, self.context) = (configuration, context)
    }

    /// Into a directory that is not there yet.
    ///
    /// Refuses a history that contradicts itself: what it signs would say that all is well.
    public func write(of period: ReportPeriod, into folder: String) throws -> EvidenceBundle {
        let audit = try history.audit()
        guard audit.faultsFound == 0 else { throw OperationError.evidenceBroken(audit.faultsFound) }
        guard let note = try history.checkpoint(), let checkpoint = Checkpoint(note.text) else {
            throw OperationError.nothingRecorded("evidence", hints: ["verify something first."])
        }
        var bundle = EvidenceBundle(size: checkpoint.size)
        try collect(period.from..<period.to, checkpoint, &bundle)
        bundle.files["checkpoint"] = Array(note.description.utf8)
        bundle.files["key.pem"] = Array(key.verifier.pem.utf8)
        bundle.files["key.verifier"] = Array("\(key.verifier)\n".utf8)
        for (number, note) in try history.keyNotes().enumerated() {
            bundle.files["keys/\(Self.padded(number))"] = Array(note.description.utf8)
        }
        for (number, stamped) in try history.timestamps(from: period.from, to: period.to).enumerated() {
            bundle.files["timestamps/\(Self.padded(number)).checkpoint"] = Array(
                stamped.note.description.utf8)
            bundle.files["timestamps/\(Self.padded(number)).tsr"] = stamped.response
        }
        // What is not over goes as far as what is signed.
        let end = min(period.to, checkpoint.made ?? period.to)
        bundle.files["period"] = Array("\(period.from.precise)\n\(end.precise)\n".utf8)
        bundle.files["verify.sh"] = PackageResources.verify_sh
        for (name, bytes) in try reports(of: period) { bundle.files["reports/\(name)"] = bytes }
        sign(&bundle)
        try BundleFolder(folder).write(bundle.files)
        return bundle
    }

    private func reports(of period: ReportPeriod) throws -> [(name: String, bytes: [UInt8])] {
        guard let configuration else { return [] }
        let order = ReportOrder(period, as: ReportFormat.allCases, into: "reports")
        return try MakeReport(order, configuration, Memory(history), context).rendered().files
    }

    /// The leaves from the first to the last of the period: a range, so that nothing between them can be left out.
    private func collect(
        _ period: Range<Timestamp>, _ checkpoint: Checkpoint, _ bundle: inout EvidenceBundle
    ) throws {
        let range = try history.leafRange(period, of: checkpoint.size)
        bundle.leaves = range
        guard !range.isEmpty else { return }
        let tree = MerkleTree(try history.leafHashes(upTo: checkpoint.size))
        for (height, side) in RangeProof(tree, range).sides.enumerated() {
            if let left = side.left { bundle.files["tree/\(height).left"] = left.bytes }
            if let right = side.right { bundle.files["tree/\(height).right"] = right.bytes }
        }
        let records = try history.records(range)
        for leaf in records { bundle.files["leaves/\(Self.padded(leaf.number)).json"] = leaf.document.bytes }
        for leaf in Self.receipted(records) {
            guard let receipt = try Receipt(leaf, history, key) else { continue }
            bundle.files["receipts/\(leaf.kind.rawValue)-\(leaf.row).json"] = receipt.bytes
            bundle.receipts += 1
        }
    }

    /// Every trial, and of each backup the newest proof.
    private static func receipted(_ records: [RecordedLeaf]) -> [RecordedLeaf] {
        let proofs = records.filter { $0.kind == .proof && $0.backup != nil }
        let newest = Dictionary(proofs.map { ($0.backup ?? "", $0.row) }) { max($0, $1) }
        return records.filter { leaf in
            leaf.kind == .trial || leaf.kind == .proof && newest[leaf.backup ?? ""] == leaf.row
        }
    }

    private func sign(_ bundle: inout EvidenceBundle) {
        let lines = bundle.files.sorted { $0.key < $1.key }.map { name, bytes in
            "\(SHA256.digest(of: bytes).hex)  \(name)\n"
        }
        let sums = Array(lines.joined().utf8)
        bundle.files["SHA256SUMS"] = sums
        bundle.files["SHA256SUMS.sig"] = key.signature(of: sums)
    }

    private static func padded(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }
}

/// What a bundle holds.
public struct EvidenceBundle: Sendable {
    /// How many leaves the whole tree has.
    public let size: Int
    /// Those that are in it.
    public var leaves: Range<Int> = 0..<0
    /// How many receipts.
    public var receipts = 0
    /// The files, by their names below its directory.
    public var files: [String: [UInt8]] = [:]

    init(size: Int) { self.size = size }
}
