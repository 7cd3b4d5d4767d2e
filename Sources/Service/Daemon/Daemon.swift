// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Glibc
public import Logging
import ServiceLifecycle
import Synchronization
import Threads
import UnixSignals

/// Runs a schedule until somebody ends it.
///
/// SIGTERM and SIGINT end it within ten seconds: what was hashed up to the last boundary is kept, and the next start goes on.
/// SIGHUP reads the configuration again; a broken one is told, and the old one goes on.
public struct Daemon: Sendable {
    private let load: @Sendable () throws -> DaemonPlan
    private let web: WebServer?
    private let clock: WallClock
    private let logger: Logger
    private let supervisor: Supervisor
    private let cancellation: Cancellation
    /// In seconds, between two looks at everything.
    private let pause: Double

    /// `load` reads the configuration; `cancellation` ends it as SIGTERM does.
    public init(
        clock: WallClock, logger: Logger, supervisor: Supervisor, web: WebServer?, cancellation: Cancellation,
        pause: Double = 1, load: @escaping @Sendable () throws -> DaemonPlan
    ) {
        (self.clock, self.logger, self.supervisor) = (clock, logger, supervisor)
        (self.web, self.cancellation, self.pause, self.load) = (web, cancellation, pause, load)
    }

    /// Blocks until it is ended.
    ///
    /// Throws when the configuration is wrong at the start, or the history fails.
    public func run() throws {
        let loop = SchedulerLoop(
            scheduler: try Scheduler(load(), clock: clock, logger: logger, cancellation: cancellation),
            supervisor: supervisor, logger: logger, cancellation: cancellation, pause: pause, load: load)
        web?.watch(loop.pulse)
        let services: [any ServiceLifecycle.Service] = [loop] + (web.map { [$0] } ?? [])
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        let group = ServiceGroup(configuration: configuration)
        let outcome = Monitor<Result<Void, any Error>?>(nil)
        Task.detached {
            let result: Result<Void, any Error>
            do { result = .success(try await group.run()) } catch { result = .failure(error) }
            outcome.withState { $0 = result }
        }
        try outcome.wait { $0 }.get()
    }
}

/// When the loop last came by, for who asks whether the service is well.
public final class Pulse: Sendable {
    private let last = Atomic<UInt64>(0)

    func beat() { last.store(Self.now, ordering: .relaxed) }

    /// In seconds, by a clock that nobody sets; nil before the first beat.
    var age: Double? {
        let last = last.load(ordering: .relaxed)
        return last == 0 ? nil : Double(Self.now - min(last, Self.now)) / 1e9
    }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// The thread on which the scheduler lives.
private final class SchedulerLoop: ServiceLifecycle.Service, @unchecked Sendable {
    let pulse = Pulse()
    // Touched by the thread of the loop alone, which is why the class may be sent about.
    private let scheduler: Scheduler
    private let supervisor: Supervisor
    private let logger: Logger
    private let cancellation: Cancellation
    private let pause: Double
    private let load: @Sendable () throws -> DaemonPlan
    private let mustReload = Atomic<Bool>(false)

    init(
        scheduler: Scheduler, supervisor: Supervisor, logger: Logger, cancellation: Cancellation,
        pause: Double, load: @escaping @Sendable () throws -> DaemonPlan
    ) {
        (self.scheduler, self.supervisor, self.logger) = (scheduler, supervisor, logger)
        (self.cancellation, self.pause, self.load) = (cancellation, pause, load)
    }

    func run() async throws {
        let reloads = Task { [mustReloadLater] in
            for await _ in await UnixSignalsSequence(trapping: .sighup) { mustReloadLater() }
        }
        defer { reloads.cancel() }
        try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let thread = WorkerThread.start { [self] in
                    continuation.resume(with: Result { try live() })
                }
                if thread == nil { continuation.resume(throwing: DaemonError.noThread) }
            }
        } onGracefulShutdown: { [cancellation] in
            cancellation.request(.terminated)
        }
    }

    private var mustReloadLater: @Sendable () -> Void {
        { [self] in mustReload.store(true, ordering: .relaxed) }
    }

    private func live() throws {
        supervisor.ready(scheduler.words)
        defer {
            supervisor.stops()
            scheduler.end()
        }
        var failingSince: ContinuousClock.Instant?
        while !cancellation.isRequested {
            if mustReload.exchange(false, ordering: .relaxed) { reload() }
            try turn(&failingSince)
            supervisor.lives(scheduler.words)
            usleep(UInt32(pause * 1e6))
        }
    }

    /// One look at everything.
    ///
    /// A history that fails, since its disk is full or it was taken away, is tried again for some minutes; meanwhile `/healthz` says
    /// so. Then the service ends, and whoever supervises it starts it anew.
    private func turn(_ failingSince: inout ContinuousClock.Instant?) throws {
        do {
            try scheduler.turn()
            pulse.beat()
            failingSince = nil
        } catch {
            let (now, since) = (ContinuousClock.now, failingSince)
            failingSince = since ?? now
            guard let since else {
                let why = (error as? any UserError)?.description ?? "\(error)"
                return logger.error("the schedule cannot go on", metadata: ["why": "\(why)"])
            }
            if now - since > Self.patience { throw error }
        }
    }

    private static let patience = Duration.seconds(300)

    private func reload() {
        supervisor.reloads()
        do {
            try scheduler.replace(load())
            logger.notice("the configuration was read again")
        } catch {
            let why = (error as? any UserError)?.description ?? "\(error)"
            logger.error("the configuration is wrong; the old one goes on", metadata: ["why": "\(why)"])
        }
        supervisor.ready(scheduler.words)
    }
}

/// Why a daemon cannot live.
enum DaemonError: UserError {
    case noThread
    case noListening(String, UInt16, String)

    var message: String {
        switch self {
        case .noThread: "the system gives no thread"
        case .noListening(let host, let port, let why): "cannot listen at \(host), port \(port): \(why)"
        }
    }

    var hints: [String] {
        switch self {
        case .noThread: ["is the limit of processes reached?"]
        case .noListening:
            ["is another program there? `serve: { listen: … }` of the configuration says where."]
        }
    }

    var exitStatus: ExitStatus { .inconclusive }
}
