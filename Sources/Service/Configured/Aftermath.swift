// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import HTTP
import Logging
public import Operations
import Planning
public import Settings

/// What follows a sweep: people are told what changed, metrics are written.
///
/// Nothing of it changes a verdict: what fails here is said, kept for later where it can be, and that is all.
public struct Aftermath: Sendable {
    private let configuration: Configuration
    private let book: IncidentBook
    private let courier: Courier?
    private let pings: [Ping]
    private let teller: TellStatus
    private let checkpoints: CopyCheckpoint
    private let stamps: StampCheckpoint
    private let context: OperationContext

    /// Throws for what the configuration says and nobody can do.
    public init(_ configuration: Configuration, _ memory: Memory, _ context: OperationContext) throws {
        (self.configuration, self.context) = (configuration, context)
        book = try IncidentBook(memory)
        let ways = try ConfiguredChannels(
            configuration, clock: context.clock, cancellation: context.cancellation)
        pings = ways.pings
        courier = memory.outbox.map { Courier($0, channels: ways.channels, clock: context.clock) }
        checkpoints = CopyCheckpoint(configuration, memory, context)
        stamps = StampCheckpoint(configuration, memory)
        teller = TellStatus(
            configuration.stores.map { store in
                TellStatus.Store(
                    store.name, at: { try? StoreAddress.placeThatIsThere(of: store, context) },
                    targetRPO: store.targets.rpo, targetRTO: store.targets.rto)
            },
            try configuration.schedule.compactMap { entry in
                try Timetable(entry, seed: 0).map {
                    TellStatus.Schedule($0, stores: configuration.stores(of: entry).map(\.name))
                }
            }, memory, context)
    }

    /// Tells those that wait for it that a sweep begins.
    public func began(_ schedule: String?) {
        for ping in wanted(schedule) { tell(ping, .start) }
    }

    /// Tells people what changed, writes metrics, and says in lines what of that could not be done.
    ///
    /// One that `delivers` waits for channels; else messages wait for who does. A sweep that somebody stopped is over at once:
    /// nobody is pinged that it failed.
    public func ended(_ report: SweepReport, summary: [String], delivers: Bool = true) -> [String] {
        let isStopped = report.end.reason == .interrupted
        let text = summary.joined(separator: "\n")
        for ping in wanted(report.start.schedule) where !isStopped {
            tell(ping, report.exitStatus == .success ? .success(text) : .fail(text))
        }
        attempt("keeping what to tell") { try note(report) }
        attempt("telling of decisions that are over") {
            let reached = report.stores.filter { $0.failure == nil }.map(\.name)
            for backup in try book.decided(in: reached) {
                for message in Message.lapsed(backup, at: context.clock.now) { try post(message) }
            }
        }
        attempt("summing up the week") { try sumUp(status()) }
        let stamped = isStopped ? nil : attempt("stamping the checkpoint") { try stamp() }
        let kept = attempt("keeping the checkpoint elsewhere") { try checkpoints.copy() }
        if delivers && !isStopped { _ = deliver() }
        attempt("writing metrics") { try writeMetrics() }
        return undelivered(waits: !delivers)
            + [stamped].compactMap(\.self).map {
                "no authority has stamped the checkpoint: \(ObjectName($0))"
            }
            + [kept].compactMap(\.self).map { "the checkpoint was not kept elsewhere: \(ObjectName($0))" }
    }

    /// How everything stands.
    public func status() throws -> ServiceStatus {
        var status = try teller.status()
        status.channels = try courier?.standings() ?? []
        status.incidents = try book.open()
        return status
    }

    /// Throws where the history cannot be read.
    func ready() throws { _ = try book.open() }

    /// Takes what waits to its channels; says when to try again, nil when nothing waits.
    public func deliver() -> Timestamp? {
        do { return try courier?.deliver(cancellation: context.cancellation) } catch {
            context.logger.error("messages could not be delivered", metadata: ["why": "\(error)"])
            return nil
        }
    }

    /// Sends a message over every channel at once, and says which have taken it.
    public func test() -> [(channel: String, failure: (any UserError)?)] {
        (courier?.test() ?? []).map { ($0.channel, $0.failure) }
    }

    /// Tells people at once that nothing can be recorded: there is nowhere to keep a message until it is taken.
    func tellOfLostHistory(_ error: any UserError) {
        let incident = Incident(
            store: "", kind: Self.unusableHistory, since: context.clock.now,
            headline: "nothing can be verified: \(error.message)",
            meaning:
                "The service goes on and tries again at each slot. Put the file back, or restart the service to begin a new history.",
            command: "pg_backctl history runs")
        for (channel, failure) in courier?.sendAtOnce(Message(incident, at: context.clock.now)) ?? [] {
            guard let failure else { continue }
            context.logger.warning("'\(channel)' was not told", metadata: ["why": "\(failure.message)"])
        }
    }

    /// Looks for silence, of which no sweep would tell: there may be none.
    public func watch(silentAfter seconds: Double, watchedSince: Timestamp) {
        attempt("looking for silence") {
            let (stores, now) = (try status().stores, context.clock.now)
            let verified = Dictionary(stores.map { ($0.name, $0.lastProof) }) { first, _ in first }
            let wrong = SilenceRule(patience: Int64(seconds)).incidents(
                verified: verified,
                watchedSince: verified.mapValues { _ in watchedSince }, at: now)
            try compare(wrong, at: now) { $0.kind == Incident.silence }
        }
        attempt("summing up the week") { try sumUp(status()) }
        attempt("writing metrics") { try writeMetrics() }
    }

    // MARK: Steps

    private func note(_ report: SweepReport) throws {
        let now = context.clock.now
        if let failure = report.detectors.failure {
            return try compare([Self.deaf(failure, at: now)], at: now) { $0.kind == Self.deafness }
        }
        let wrong =
            try report.stores.flatMap { $0.incidents(at: report.start.started) } + lostHistory(at: now)
        let seen = Set(wrong.map(\.key))
        let known = Set(configuration.stores.map(\.name))
        try compare(wrong, at: now) { incident in
            if seen.contains(incident.key) { return true }
            // Who took a store out of the configuration does not want to hear of it.
            if !incident.store.isEmpty && !known.contains(incident.store) { return true }
            guard report.end.reason != .interrupted else { return false }
            return [Self.deafness, Self.lostHistory].contains(incident.kind)
                || report.stores.contains { $0.judges(incident) }
        } ending: { incident in
            report.stores.lazy.compactMap { $0.ending(of: incident) }.first
        }
    }

    /// The first of a week is kept, for those that want one; the outbox has no message twice.
    private func sumUp(_ status: ServiceStatus) throws {
        let decided = try book.decided(in: configuration.stores.map(\.name))
        try post(Message(weekly: status, decided: decided))
    }

    private static let deafness = "detector-failed"

    private static let lostHistory = "history-lost"
    private static let unusableHistory = "history-unusable"

    /// For a week after a corrupt history was moved aside: what was proven before is not known any more.
    private func lostHistory(at now: Timestamp) throws -> [Incident] {
        guard let lost = try book.lastMovedAside(), now.seconds(since: lost.at) < 7 * 86_400 else {
            return []
        }
        return [
            Incident(
                store: "", kind: Self.lostHistory, since: lost.at,
                headline: lost.text,
                meaning:
                    "Pins and proofs from before are not in the new one: what was changed since they were taken is not noticed. Put a copy of the history back, if there is one.",
                command: "pg_backctl history runs")
        ]
    }

    private static func deaf(_ failure: String, at time: Timestamp) -> Incident {
        Incident(
            store: "", kind: deafness, since: time,
            headline: "this program would not notice damage: \(failure)",
            meaning: "Nothing was verified. The machine's memory or the program itself is broken.",
            command: "pg_backctl sweep --dry-run")
    }

    /// Compares what is wrong with what was open and is judged now, and has people told.
    private func compare(
        _ wrong: [Incident], at now: Timestamp, judged: (Incident) -> Bool,
        ending: (Incident) -> String? = { _ in nil }
    ) throws {
        let before = try book.open().filter(judged)
        let all = Judged(
            stores: Set(before.map(\.store)), backups: [], listedKinds: Set(before.map(\.kind)))
        let changes = IncidentChanges(before: before, seen: wrong, judged: all, at: now)
        try book.keep(changes) { incident in
            var told = incident
            if !incident.isOpen { told.ending = ending(incident) }
            try post(Message(told, at: now))
        }
    }

    private func stamp() throws {
        let post = WebPost(HTTPClient.Options(cancellation: context.cancellation))
        try stamps.stamp { address, request in
            try post.answer(
                to: request, at: Secret(address),
                headers: [(name: "Content-Type", value: "application/timestamp-query")])
        }
    }

    private func post(_ message: Message) throws {
        var message = message
        message.checkpoint = try checkpoints.newest()
        try courier?.post(message)
    }

    private func writeMetrics() throws {
        guard let path = configuration.metricsFile else { return }
        try MetricsFile(path).write(MetricsText(status()))
    }

    /// Where messages wait for who delivers them, only channels that have failed are told.
    private func undelivered(waits: Bool) -> [String] {
        ((try? courier?.standings()) ?? []).filter {
            $0.undelivered > 0 && !(waits && $0.failure == nil)
        }.map { channel in
            let why = channel.failure.map { ": \(ObjectName($0))" } ?? ""
            return
                "\(Units.count(channel.undelivered, "message")) for '\(channel.name)' not delivered yet\(why)"
        }
    }

    private func wanted(_ schedule: String?) -> [Ping] {
        pings.filter { $0.schedule == nil || $0.schedule == schedule }
    }

    private func tell(_ ping: Ping, _ event: Ping.Event) {
        do { try ping.tell(event) } catch {
            context.logger.warning("'\(ping.name)' was not told", metadata: ["why": "\(error.message)"])
        }
    }

    /// Returns why it could not be done, which the log says, too; nil when it was.
    @discardableResult
    private func attempt(_ what: String, _ step: () throws -> Void) -> String? {
        do {
            try step()
            return nil
        } catch {
            let why = (error as? any UserError)?.message ?? "\(error)"
            context.logger.error("\(what) failed", metadata: ["why": "\(why)"])
            return why
        }
    }
}
