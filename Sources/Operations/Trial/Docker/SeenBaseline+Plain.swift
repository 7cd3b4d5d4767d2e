// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Restorer

extension SeenBaseline {
    /// The same, of a process that is not trusted: only what the catalogues of a cluster can hold.
    var plain: SeenBaseline {
        var seen = self
        seen.baseline.relations = baseline.relations.filter(\.identity.canBe)
        seen.baseline.found = max(baseline.found, seen.baseline.relations.count)
        seen.baseline.databases = baseline.databases.filter { $0.value.canBeName }
        return seen
    }
}

extension KnownRelation.Identity {
    fileprivate var canBe: Bool {
        identifier > 0 && tablespace > 0 && owner != 0 && schema.canBeName && name.canBeName
    }
}
