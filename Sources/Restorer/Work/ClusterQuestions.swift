// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import PrivatePostgres

/// What a recovered cluster is asked before anybody relies on it.
public struct ClusterQuestions: Sendable {
    /// What every cluster is asked.
    public var builtIn: BuiltInChecks
    /// What its users want to know; nil for nothing.
    public var user: UserQuestions?
    /// What it is held against; nil where nobody wants to know.
    public var baseline: BaselineQuestions?

    /// Without a baseline; `user` is nil where there is no file of checks.
    public init(_ builtIn: BuiltInChecks = BuiltInChecks(), _ user: UserQuestions? = nil) {
        (self.builtIn, self.user) = (builtIn, user)
    }

    /// All of them, for a trial that broke off before the first.
    public func notRun(_ reason: String) -> [CheckResult] {
        builtIn.notRun(reason) + (baseline?.notRun(reason) ?? [])
            + (user?.checks(at: Timestamp(seconds: 0)).notRun(reason) ?? [])
    }

    /// Asks a server; `backupEnd` is the moment of its data where no transaction was replayed.
    func ask(
        _ session: CheckSession, backupEnd: Timestamp, onStart: (String) -> Void
    ) throws(RestoreError) -> ClusterAnswers {
        var answers = ClusterAnswers()
        answers.serverVersion = try session.serverVersion()
        var counts: [ObjectName: [UInt32: UInt64]] = [:]
        answers.results = try builtIn.run(
            on: session, onStart: { onStart("\($0) in '\($1)'") }, onCount: { counts[$0] = $1 })
        let moment = try session.lastReplayed() ?? backupEnd
        if let baseline {
            onStart(BaselineJudgement.name)
            let reading = BaselineReading(
                session: session, lockPatience: builtIn.lockPatience, counts: counts)
            let asked = try baseline.ask(reading, moment: max(moment, backupEnd))
            answers.baseline = asked.seen
            answers.results += asked.results
        }
        guard let user else { return answers }
        let outcome = try user.checks(at: moment).run(on: session) { onStart($0.name) }
        answers.results += outcome.results
        answers.newestData = outcome.newestData
        return answers
    }
}

/// The checks of a file, and what their answers are held to.
public struct UserQuestions: Sendable {
    /// Its checks are asked in their order.
    public var file: CheckFile
    /// How long all of them may take.
    public var window: Duration
    /// Whether commands are run: in a container nobody has what they need.
    public var runsCommands = true
    /// What a check measured at the last trial of the same cluster; nil where there was none.
    ///
    /// When it throws, the check is not run.
    public var previous: @Sendable (UserCheck) throws -> Double?

    /// `window` is for all checks together; commands are run until that is turned off.
    public init(
        _ file: CheckFile, within window: Duration,
        previous: @escaping @Sendable (UserCheck) throws -> Double?
    ) {
        (self.file, self.window, self.previous) = (file, window, previous)
    }

    fileprivate func checks(at moment: Timestamp) -> UserChecks {
        var checks = UserChecks(file, moment: moment, previous: previous)
        (checks.window, checks.runsCommands) = (window, runsCommands)
        return checks
    }
}

/// What a cluster answered.
struct ClusterAnswers: Sendable, Equatable {
    /// In the order in which they were asked.
    var results: [CheckResult] = []
    /// The newest time that a check of freshness found in the data; nil where none did.
    var newestData: Timestamp?
    /// What its catalogues hold; nil where nobody asked, or nothing was answered.
    var baseline: SeenBaseline?
    /// As `server_version` says it; nil where it was not asked.
    var serverVersion: String?
}

extension CheckSession {
    /// Nil where it does not say.
    fileprivate func serverVersion() throws(RestoreError) -> String? {
        guard case .success(let rows) = try question.ask(CheckStatements.serverVersionName, in: door) else {
            return nil
        }
        return rows.rows.first?.first.flatMap { $0 }
    }

    /// When the last transaction that was replayed had been committed; nil where none was.
    fileprivate func lastReplayed() throws(RestoreError) -> Timestamp? {
        guard case .success(let rows) = try question.ask(CheckStatements.lastReplayed, in: door),
            let seconds = rows.rows.first?.first.flatMap({ $0 }).flatMap({ Double($0) }), abs(seconds) < 9e9
        else { return nil }
        return Timestamp(seconds: Int64(seconds.rounded(.down)))
    }
}
