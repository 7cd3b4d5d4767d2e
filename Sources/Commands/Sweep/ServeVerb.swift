// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Logging
import Operations
import Service
import Settings

struct ServeVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the schedule of the configuration until it is ended.",
        discussion: """
            Each slot of the schedule is run once, or recorded as missed. SIGTERM ends it within ten seconds: \
            what was proven is kept, and the next start goes on. SIGHUP reads the configuration again; a broken \
            one is told, and the old one goes on. Where the configuration says so it answers /metrics, /healthz \
            and /readyz.

            EXIT STATUS
                0  ended as it was asked to
                5  the history cannot be written
                8  busy: another service uses this history
               14  usage error, or a wrong configuration

            EXAMPLE
              pg_backctl serve --config /etc/pg_backctl/pg_backctl.yaml
            """)

    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Option(help: ArgumentHelp("How many objects, or parts of one, to read at once.", valueName: "n"))
    var jobs: Int?

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: config.file)
        guard let configuration = application.configuration else {
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        let (memory, context) = (try application.memory(), try told(application))
        let right = try HistoryRight(to: .serve, with: memory)
        defer { right.release() }
        let (jobs, begun) = (try ReadingOptions.jobs(jobs), context.clock.now)
        let path = configuration.file
        let standing = try FollowedStatus(configuration, memory, context)
        let daemon = Daemon(
            clock: context.clock, logger: context.logger,
            supervisor: Supervisor(SupervisorSettings.current.notifySocket),
            web: try web(configuration, standing), cancellation: context.cancellation
        ) {
            let configuration = try Configuration.read(path).checked()
            let plan = try DaemonPlan(
                configuration, memory, context, seed: SlotBook.machine, jobs: jobs, watchedSince: begun)
            try standing.follow(configuration)
            return plan
        }
        try daemon.run()
        return .success
    }

    /// A service says what it does, where a command says what it came to.
    private func told(_ application: Application) throws -> OperationContext {
        var context = application.context
        if !globals.quiet && !globals.verbose { context.logger.logLevel = .info }
        return context
    }

    private func web(_ configuration: Configuration, _ standing: FollowedStatus) throws -> WebServer? {
        guard let said = configuration.serve else { return nil }
        return WebServer(
            host: said.host, port: said.port, token: try said.token?.read(), ready: standing.ready,
            status: standing.status)
    }
}
