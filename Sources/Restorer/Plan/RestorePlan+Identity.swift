// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Digests
import ObjectStore
import PrivatePostgres

extension RestorePlan {
    /// What makes this restore the same as one that was interrupted.
    var identity: RestoreJournal.Identity {
        RestoreJournal.Identity(
            backup: backup.place(inStoreAt: store).url, objects: objectsDigest, target: request.target,
            tablespaces: Dictionary(
                tablespaces.map { ("\($0.identifier)", $0.place) }, uniquingKeysWith: { first, _ in first }),
            request: Self.digest(of: fileWords + recoveryWords(goal)), wal: request.walDirectory,
            files: Self.digest(of: fileWords), settings: settingsDigest,
            archiving: request.archiving?.rawValue, asked: Self.digest(of: recoveryWords(request.goal)))
    }

    /// Over what the store says of every object: names, sizes and validators.
    private var objectsDigest: String {
        var hash = SHA256()
        for source in sources {
            for object in source.backup.objects {
                let validators = object.validators
                let line =
                    "\(object.name) \(validators.size) \(validators.etag ?? "") \(validators.version ?? "") \(validators.modified?.nanoseconds ?? 0)\n"
                unsafe hash.update(Array(line.utf8).span.bytes)
            }
        }
        return hash.finalized().hex
    }

    /// What decides which files are written.
    ///
    /// Where recovery is left to the first start, the files say what that is to do.
    private var fileWords: [String] {
        [
            "\(request.outcome)", "\(request.owner.user):\(request.owner.group)",
            request.acceptedDamage ?? "",
        ] + (request.startsServer ? [] : recoveryWords(goal) + [settingsDigest ?? ""])
    }

    /// Of the configuration that is brought, names and bytes.
    private var settingsDigest: String? {
        request.configuration.map { folder in
            Self.digest(
                of: folder.files.sorted { $0.key < $1.key }.flatMap {
                    [$0.key, SHA256.digest(of: $0.value).hex]
                })
        }
    }

    /// What decides what a private server makes of them.
    private func recoveryWords(_ goal: RecoveryGoal) -> [String] {
        [
            "\(goal)", request.walArchive ?? "", request.settingsFile ?? "", request.accessFile ?? "",
            request.scripts?.folder.path ?? "", request.allowsUnfinished ? "unfinished" : "",
        ]
    }

    /// The words may hold what is nobody else's business.
    private static func digest(of words: [String]) -> String {
        SHA256.digest(of: Array(words.joined(separator: "; ").utf8)).hex
    }
}
