// SPDX-License-Identifier: Apache-2.0

extension Baseline {
    /// Without what no catalogue of a cluster can hold, whoever has told it.
    public var credible: Baseline {
        var baseline = self
        baseline.relations = relations.filter(\.identity.canBe)
        baseline.found = max(found, baseline.relations.count)
        baseline.databases = databases.filter { $0.key > 0 && $0.value.canBeName }
        return baseline
    }
}

extension ObjectName {
    /// As long as a name in PostgreSQL is, in whatever way that was built.
    var canBeName: Bool { !isEmpty && bytes.count <= 128 }
}
