// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What it means that archives were unpacked and packed again by a program other than PostgreSQL.
///
/// Nothing where the manifest vouches for every member and nothing else is in them; where it does not, nobody knows
/// what was left out or changed on the way.
struct RepackingJudgement {
    private(set) var findings: [Finding] = []
    private(set) var isComplete = true

    init(_ contents: BackupContents) {
        let files = contents.plan.manifest?.files
        let isListed = contents.plan.comparesMembers && files?.outlines.allSatisfy(\.isSummed) == true
        for object in contents.objects {
            guard let trait = object.repackedWith, object.isWhole else { continue }
            // What is wrong in it says enough; where nothing is, something must vouch for what is there.
            let isProven = isListed || object.findings.hasErrors
            isComplete = isComplete && isProven
            findings.append(
                Finding(.archive(.repacked(trait: trait, isProven: isProven)), object: object.object))
        }
    }
}
