// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore

extension Backup {
    /// What the store says of each object, by its name within the backup.
    var validatorsByName: [ObjectName: Validators] {
        Dictionary(
            objects.map { (relativeName(of: $0), $0.validators) }, uniquingKeysWith: { first, _ in first })
    }
}
