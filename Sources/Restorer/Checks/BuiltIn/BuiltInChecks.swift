// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// The questions that every restored cluster is asked, each of which can be left out.
///
/// `run` asks while the server is up; `StoppedPages` sums the pages after it was stopped.
public struct BuiltInChecks: Sendable, Equatable, Codable {
    /// Whether invalid indexes and unlogged tables are told.
    public var notes = true
    /// Whether every table of every database is read once.
    public var tables = true
    /// Whether `pg_amcheck` looks at tables and btree indexes.
    public var amcheck = true
    /// Whether it also looks for each row of a table in its indexes, which takes about as long again.
    public var heapAllIndexed = false
    /// Whether the copy stays, so that nothing may be added to it: `pg_amcheck` then needs its extension to be there.
    public var keepsCopy = false
    /// Whether the pages of the stopped cluster are summed.
    public var pages = true
    /// Over how many connections is read.
    public var jobs = 2
    /// How long all of them may take: what is not done by then hangs, what is not begun is not run.
    ///
    /// Nil for the usual hours, after which what is not done is not run, either: nobody has said that it is too long.
    public var limit: Duration?

    /// How long each waits for a lock, which only a transaction can hold that was prepared and never ended.
    public var lockPatience = Duration.seconds(10)

    /// All are on but `heapAllIndexed`, over two connections, for the usual hours.
    public init() {}

    /// Whether nothing is left out that shows what a cluster is worth.
    public var isWhole: Bool { tables && amcheck && pages }

    /// Asks all that are on, of one database after the other.
    ///
    /// `onStart` is told which check begins in which, `onCount` the rows of each table that was read to its end, by its OID.
    /// Throws only when it was interrupted, or our own files fail: what the answers are is in the results.
    public func run(
        on session: CheckSession, onStart: (String, ObjectName) -> Void = { _, _ in },
        onCount: (ObjectName, [UInt32: UInt64]) -> Void = { _, _ in }
    ) throws(RestoreError) -> [CheckResult] {
        let deadline = ContinuousClock.now + (limit ?? Self.usualLimit)
        let (databases, unreachable) = session.named
        var results = unreachable.flatMap { notRun("its name is no UTF-8", in: $0) }
        for index in results.indices { results[index].isForeseen = true }
        for (number, database) in databases.enumerated() {
            for name in names {
                let left = deadline - ContinuousClock.now
                guard left > .zero else {
                    results.append(
                        Self.notRun(name, ObjectName(database), "the time for the checks was over"))
                    continue
                }
                onStart(name, ObjectName(database))
                results += try ask(name, session, database, isFirst: number == 0, within: left) {
                    onCount(ObjectName(database), $0)
                }
            }
        }
        return results
    }

    /// The same, for a trial that broke off before them.
    public func notRun(_ reason: String, in database: ObjectName? = nil) -> [CheckResult] {
        names.map { Self.notRun($0, database, reason) }
            + (pages && database == nil ? [Self.notRun(StoppedPages.name, nil, reason)] : [])
    }

    private var isBounded: Bool { limit != nil }

    private static func notRun(_ name: String, _ database: ObjectName?, _ reason: String) -> CheckResult {
        .notRun(name, .builtIn, database, severity: name == notesName ? .warning : .error, reason)
    }

    static let notesName = "notes"
    private static let usualLimit = Duration.seconds(4 * 3600)

    /// In the order in which they run: what changes nothing comes first.
    private var names: [String] {
        [
            notes ? Self.notesName : nil, tables ? TableJudgement.name : nil, amcheck ? Amcheck.name : nil,
        ].compactMap(\.self)
    }

    private func ask(
        _ name: String, _ session: CheckSession, _ database: String, isFirst: Bool, within limit: Duration,
        onCount: ([UInt32: UInt64]) -> Void
    ) throws(RestoreError) -> [CheckResult] {
        switch name {
        case Self.notesName:
            try CatalogueNotes(session: session, isBounded: isBounded).results(of: database, within: limit)
        case TableJudgement.name:
            try TableReading(
                session: session, jobs: jobs, isBounded: isBounded, lockPatience: lockPatience
            ).results(of: database, withShared: isFirst, within: limit, onCount: onCount)
        default:
            [
                try Amcheck(
                    session: session, heapAllIndexed: heapAllIndexed, makesExtension: !keepsCopy, jobs: jobs,
                    isBounded: isBounded, lockPatience: lockPatience
                ).result(of: database, within: limit)
            ]
        }
    }
}
