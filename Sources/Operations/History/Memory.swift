// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Evidence
import Glibc
public import History
import Logging
import Verifier

/// What an operation knows of earlier runs and where it keeps its own results: a history, or nothing.
public struct Memory: Sendable {
    /// Nil for who keeps none.
    public let history: HistoryDatabase?
    /// What other machines have proven and no run has concluded from yet.
    private let proven: MergedResults?

    /// Of a history that is open, or of none.
    public init(_ history: HistoryDatabase?) { self.init(history, proven: nil) }

    init(_ history: HistoryDatabase?, proven: MergedResults?) {
        (self.history, self.proven) = (history, proven)
    }

    /// Neither knows nor keeps anything.
    public static let none = Memory(nil)

    /// The history in a file, made when there is none; a corrupt one is moved aside, which the log says.
    public static func opening(_ path: String?, _ context: OperationContext) throws -> Memory {
        Memory(try history(at: path, context))
    }

    /// The same for who only looks something up: nothing is checked beforehand or moved aside.
    public static func openingToLookUp(_ path: String?, _ context: OperationContext) throws -> Memory {
        Memory(try history(at: path, for: .lookingUp, context))
    }

    /// The history in a file, for who can do nothing without one.
    static func history(
        at path: String?, for use: HistoryDatabase.Use = .keeping, _ context: OperationContext
    ) throws -> HistoryDatabase {
        guard let path else { throw OperationError.noPlaceForHistory }
        let history = try HistoryDatabase(at: path, for: use, clock: context.clock)
        if let aside = history.movedAside {
            context.logger.error(
                "the history was corrupt and was moved aside; a new one begins",
                metadata: ["file": "\(aside)"])
        }
        guard use == .keeping else { return history }
        try refuseStrangeKey(history, context)
        if let why = try history.use(witness(of: history, context)) {
            context.logger.warning("the file of leaves is behind the history", metadata: ["why": "\(why)"])
        }
        if let file = context.configurationFile, let digest = FileDigest.sha256(of: file) {
            try history.noteConfiguration(
                file, sha256: digest, who: context.startedBy ?? "unknown", toolVersion: context.toolVersion)
        }
        return history
    }

    /// Where no configuration says which key signs, one beside the history does: not in place of another one that has signed until now.
    private static func refuseStrangeKey(_ history: HistoryDatabase, _ context: OperationContext) throws {
        guard context.configurationFile == nil, let newest = try history.verifierKeys().last else { return }
        let file = EvidenceKey(context.evidenceKey, ofHistory: history.path)
        let key: SigningKey?
        // One that cannot be read is told where it is to sign.
        do { key = try file.current(for: history.origin(), signing: newest) } catch { return }
        guard key?.verifier != newest else { return }
        throw OperationError.keyUnusable(
            file.path,
            reason: key == nil
                ? "it is not there, and '\(newest)' signs this history"
                : "it is not the one that signs this history, '\(newest)'")
    }

    /// Without a key where that cannot be had: what is recorded counts all the same, and the log says that it is not signed.
    private static func witness(of history: HistoryDatabase, _ context: OperationContext) -> Witness {
        let file = EvidenceKey(context.evidenceKey, ofHistory: history.path)
        var witness = Witness(cause: context.startedBy)
        do {
            let origin = try history.origin()
            let before = try history.verifierKeys().last
            witness.key = try file.current(for: origin, signing: before) ?? file.readOrMake(for: origin)
            if let before, before != witness.key?.verifier {
                context.logger.warning(
                    "another key signs the history from now on, which the one before has not named: each audit will say so",
                    metadata: ["file": "\(file.path)", "before": "\(before)"])
            }
            if file.isOpenToOthers {
                context.logger.warning(
                    "others can read the key that signs the history: chmod 600 it",
                    metadata: ["file": "\(file.path)"])
            }
            witness.renewed = { newest in
                VerifierKey(newest).flatMap { try? file.current(for: origin, signing: $0) }
            }
        } catch {
            context.logger.warning(
                "what is recorded is not signed, and each audit will say so: \(ToldError(error).message)")
        }
        return witness
    }

    /// The history in a file that is there, to look something up; throws where there is none.
    static func existing(_ path: String?, _ context: OperationContext) throws -> HistoryDatabase {
        guard let path else { throw OperationError.noPlaceForHistory }
        guard let history = try lookingInto(path, context).history else {
            throw OperationError.nothingRecorded(
                "history in '\(ObjectName(path))'",
                hints: ["the first sweep or verification makes it; --history FILE names another one."])
        }
        return history
    }

    /// The history in a file when that is there, to look something up; else nothing.
    public static func lookingInto(_ path: String?, _ context: OperationContext) throws -> Memory {
        guard let path, access(path, F_OK) == 0 else { return .none }
        return try openingToLookUp(path, context)
    }

    /// For a verification.
    var ledger: any Ledger {
        guard let history else { return ForgetfulLedger() }
        guard let proven else { return history }
        return MergingLedger(history, proven)
    }

    /// For a restore.
    var restoreLog: any RestoreLog { history ?? UnloggedRestore() as any RestoreLog }

    /// For a trial restore.
    var trialLog: any TrialLog { history ?? UnloggedTrial() as any TrialLog }

    /// What is known of each backup of a store, by its URL.
    func standings(at location: String) throws -> [String: BackupStanding] {
        try history?.standings(at: location) ?? [:]
    }
}
