// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What the view of a restored cluster means: what nobody can reach, and what worries.
struct InsideJudgement {
    private let view: InsideView

    init(_ view: InsideView) { self.view = view }

    /// What is unreachable first.
    var findings: [Finding] {
        (databases + tablespaces + databaseCollations + collations + libraries + locales + unlooked)
            .map { Finding(.inside($0)) }
    }

    private var databases: [Finding.InsideFact] { view.databases.compactMap(Self.fault) }

    /// A database without its files is told as such, whatever else is with it.
    private static func fault(of database: InsideView.Database) -> Finding.InsideFact? {
        if !database.hasFiles { return .lostDatabase(database.name, identifier: database.identifier) }
        if database.isInvalid { return .invalidDatabase(database.name, identifier: database.identifier) }
        guard case .refused(let words) = database.admission else { return nil }
        return .closedDatabase(database.name, words: words)
    }

    private var tablespaces: [Finding.InsideFact] {
        view.tablespaces.filter { !$0.hasDirectory }
            .map { .lostTablespace($0.name, identifier: $0.identifier) }
    }

    private struct Versions: Hashable {
        var recorded, here: String
    }

    private var databaseCollations: [Finding.InsideFact] {
        var names: [Versions: [ObjectName]] = [:]
        for database in view.databases {
            guard let recorded = database.recordedCollation, let here = database.collationHere,
                recorded != here
            else { continue }
            names[Versions(recorded: recorded, here: here), default: []].append(database.name)
        }
        return names.sorted { ($0.key.recorded, $0.key.here) < ($1.key.recorded, $1.key.here) }
            .map {
                .databaseCollations(Sample($1), recorded: Self.shown($0.recorded), here: Self.shown($0.here))
            }
    }

    private var collations: [Finding.InsideFact] {
        view.collations.filter { !$0.names.isEmpty }.map { .collations(Sample($0.names), in: $0.database) }
    }

    private var libraries: [Finding.InsideFact] {
        var users: [ObjectName: [String]] = [:]
        for library in view.libraries { users[library.path, default: []].append(library.user) }
        return users.sorted { $0.key < $1.key }.map { .library($0, neededBy: Sample($1)) }
    }

    private var locales: [Finding.InsideFact] {
        view.locales.map { .locale(setting: $0.setting, $0.value) }
    }

    /// What could not be looked at is told in one sentence, of whatever number of databases.
    private var unlooked: [Finding.InsideFact] {
        let unknown = view.databases.compactMap { database -> String? in
            guard case .unknown(let reason) = database.admission else { return nil }
            return "database '\(database.name)': \(reason)"
        }
        let reasons = view.troubles + unknown
        guard !reasons.isEmpty else { return [] }
        let sample = Sample(reasons, most: 3)
        let rest = sample.rest > 0 ? "; and \(sample.rest) more" : ""
        return [.unlooked(reason: sample.first.joined(separator: "; ") + rest)]
    }

    /// What stands in a catalogue can hold anything.
    private static func shown(_ text: String) -> String { ObjectName(text).description }
}
