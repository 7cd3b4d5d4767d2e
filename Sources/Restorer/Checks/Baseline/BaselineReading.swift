// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres

/// Reads the catalogues of every database: what there is, how large, and in which files.
struct BaselineReading {
    /// How many relations of a cluster are kept.
    static let most = 100_000
    private static let rowsPerQuestion = 10_000
    private static let timeout = Duration.seconds(600)

    let session: CheckSession
    /// How long is waited for a lock, which only a prepared transaction can hold.
    let lockPatience: Duration
    /// The rows of tables that were read to their end, by database and OID.
    let counts: [ObjectName: [UInt32: UInt64]]

    /// Which cluster it is, and how it came to where it is.
    struct Origin: Equatable {
        var systemIdentifier: UInt64
        var lineage: ClusterLineage
    }

    /// What was read, and the databases that gave no answer.
    struct Outcome {
        var baseline: Baseline
        var failures: [CheckResult] = []
    }

    func origin() throws(RestoreError) -> Result<Origin?, QueryError> {
        try session.question.ask(BaselineStatements.origin, in: session.door).map { rows in
            rows.rows.first.flatMap(Origin.init)
        }
    }

    /// Only what a catalogue can hold.
    func read(at end: ClusterPosition, moment: Timestamp) throws(RestoreError) -> Outcome {
        var outcome = Outcome(baseline: Baseline(end: end, moment: moment))
        for name in session.named.reachable {
            let watch = Stopwatch()
            let before = outcome.baseline
            if let error = try add(name, to: &outcome.baseline) {
                outcome.baseline = before
                outcome.failures.append(
                    .unasked(BaselineJudgement.name, ObjectName(name), error, seconds: watch.seconds))
            }
        }
        outcome.baseline = outcome.baseline.credible
        return outcome
    }

    /// What all databases share is taken from the first of them.
    private func add(_ name: String, to baseline: inout Baseline) throws(RestoreError) -> QueryError? {
        let isFirst = baseline.databases.isEmpty
        let identifier: UInt32
        switch try number(BaselineStatements.database, of: name) {
        case .success(let number): identifier = number
        case .failure(let error): return error
        }
        baseline.databases[identifier] = ObjectName(name)
        let counts = counts[ObjectName(name)] ?? [:]
        var last: UInt32? = 0
        while let after = last {
            switch try relations(of: name, after: after) {
            case .success(let answer):
                let found = answer.rows.compactMap { KnownRelation($0, database: identifier, counts: counts) }
                    .filter { isFirst || $0.identity.database != 0 }
                baseline.found += found.count
                baseline.relations += found.prefix(max(0, Self.most - baseline.relations.count))
                last = Self.lastOfFull(answer)
            case .failure(let error): return error
            }
        }
        return nil
    }

    /// The OID after which there may be more; nil after the last ones.
    private static func lastOfFull(_ answer: QueryRows) -> UInt32? {
        guard answer.rows.count == rowsPerQuestion else { return nil }
        return answer.rows.last?.first.flatMap { $0 }.flatMap { UInt32($0) }
    }

    private func number(_ statement: String, of name: String) throws(RestoreError) -> Result<
        UInt32, QueryError
    > {
        try session.question.ask(statement, in: name).flatMap { rows in
            let number = rows.rows.first?.first.flatMap { $0 }.flatMap { UInt32($0) }
            return number.map { .success($0) } ?? .failure(.unexpectedAnswer("no number"))
        }
    }

    private func relations(of name: String, after identifier: UInt32) throws(RestoreError) -> Result<
        QueryRows, QueryError
    > {
        func ask(measured: Bool) throws(RestoreError) -> Result<QueryRows, QueryError> {
            var question = session.question
            question.session.lockPatience = lockPatience
            return try question.ask(
                BaselineStatements.relations(
                    after: identifier, most: Self.rowsPerQuestion, measured: measured),
                in: name, timeout: Self.timeout)
        }
        let answer = try ask(measured: true)
        guard case .failure = answer else { return answer }
        return try ask(measured: false)
    }
}

extension BaselineReading.Origin {
    /// Of a row of `BaselineStatements.origin`.
    ///
    /// Recovery begins a timeline of its own, whose history ends with the place where it left the cluster's.
    init?(_ row: [String?]) {
        guard row.count == 5, let systemIdentifier = row[0].flatMap({ Int64($0) }),
            let timeline = row[1].flatMap({ UInt32($0) }),
            let position = row[2].flatMap({ LogSequenceNumber($0) })
        else { return nil }
        // SQL has no numbers without a sign.
        self.systemIdentifier = UInt64(bitPattern: systemIdentifier)
        var places = Self.forks(name: row[3], digits: row[4])
        let end = places.popLast() ?? ClusterPosition(timeline: timeline, position: position.position)
        lineage = ClusterLineage(forks: places, end: end)
    }

    private static func forks(name: String?, digits: String?) -> [ClusterPosition] {
        guard let name, let timeline = TimelineHistory.timeline(ofName: ObjectName(name)),
            let bytes = InsideStatements.name(digits)?.bytes,
            let history = try? TimelineHistory.parse(bytes, timeline: timeline)
        else { return [] }
        return history.followed.map { ClusterPosition(timeline: $0.timeline, position: $0.end.position) }
    }
}
