// SPDX-License-Identifier: Apache-2.0
public import AuditModel

extension ClusterQuestions {
    /// Whether these can be the results of these questions.
    ///
    /// They are in their order and once each, with the names, databases and severities that they have; what the cluster is held
    /// against is not among them. For who hears them from a process that it does not trust. `isWhole` says that the trial came to its end: one that failed may
    /// lack the pages, or have asked nothing at all.
    public func canHave(_ results: [CheckResult], isWhole: Bool) -> Bool {
        var asked = AskedResults(rest: results[...])
        let isAnswer =
            asked.takeBuiltIn(builtIn) && asked.takeUser(user?.file.checks ?? [])
            && asked.takeEnd(builtIn, mayLack: !isWhole)
        return isAnswer || !isWhole && areNotRun(results)
    }

    private func areNotRun(_ results: [CheckResult]) -> Bool {
        let expected = notRun("")
        return results.count == expected.count
            && zip(results, expected).allSatisfy { result, expected in
                var bare = result
                (bare.words, bare.seconds, bare.measured) = (expected.words, 0, nil)
                return bare == expected
            }
    }
}

/// Results that are held to their questions, one after the other.
private struct AskedResults {
    var rest: ArraySlice<CheckResult>

    mutating func takeBuiltIn(_ checks: BuiltInChecks) -> Bool {
        guard checks.notes || checks.tables || checks.amcheck else { return true }
        var databases: Set<ObjectName> = []
        while let next = rest.first, next.origin == .builtIn, let database = next.database {
            guard database.canBeName, databases.insert(database).inserted, take(checks, of: database) else {
                return false
            }
        }
        return !databases.isEmpty
    }

    private mutating func take(_ checks: BuiltInChecks, of database: ObjectName) -> Bool {
        (!checks.notes || takeNotes(database))
            && (!checks.tables || takeTables(database))
            && (!checks.amcheck || take(Amcheck.name, database, unlessRun: .warning))
    }

    private mutating func takeNotes(_ database: ObjectName) -> Bool {
        if rest.first?.name == BuiltInChecks.notesName, rest.first?.outcome == .notRun {
            return take(BuiltInChecks.notesName, database, .warning)
        }
        return CatalogueNotes.names.allSatisfy { take($0, database, .warning) }
    }

    private mutating func takeTables(_ database: ObjectName) -> Bool {
        guard take(TableJudgement.name, database) else { return false }
        var count = 0
        while let next = rest.first, next.database == database, next.name.hasPrefix(TableJudgement.prefix) {
            count += 1
            guard count <= TableJudgement.most, next.name.utf8.count <= 1000, next.outcome != .passed,
                take(next.name, database, unlessRun: .warning)
            else { return false }
        }
        return true
    }

    mutating func takeUser(_ checks: [UserCheck]) -> Bool {
        checks.allSatisfy { check in
            take(check.name, ObjectName(check.database), check.severity, of: .user)
        }
    }

    mutating func takeEnd(_ checks: BuiltInChecks, mayLack: Bool) -> Bool {
        if checks.pages, !(mayLack && rest.isEmpty) {
            guard take(StoppedPages.name, nil, unlessRun: .note) else { return false }
        }
        return rest.isEmpty
    }

    /// `unlessRun` is how bad it may be as well that it was not run.
    private mutating func take(
        _ name: String, _ database: ObjectName?, _ severity: Severity = .error,
        unlessRun: Severity? = nil, of origin: CheckResult.Origin = .builtIn
    ) -> Bool {
        guard let next = rest.first, next.name == name, next.origin == origin, next.database == database,
            next.severity == severity || next.outcome == .notRun && next.severity == unlessRun
        else { return false }
        rest.removeFirst()
        return true
    }
}

extension ObjectName {
    /// Whether a name in PostgreSQL can be it, in whatever way that was built.
    public var canBeName: Bool { !isEmpty && bytes.count <= 128 }
}
