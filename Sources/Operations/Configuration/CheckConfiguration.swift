// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Planning
import Restorer
public import Settings

/// Asks whether a configuration can be used, and says in plain words what it will do.
///
/// Asks no store and no server anything, and changes nothing.
public struct CheckConfiguration: Sendable {
    private let path: String

    /// The file that an option names, else the usual one.
    public init(_ named: String?) { path = Configuration.path(named) ?? Configuration.usualPath }

    /// Throws when the file cannot be read; what is wrong in it is part of what comes out.
    public func run() throws -> CheckedConfiguration {
        let reading = try Configuration.read(path)
        let configuration = reading.configuration
        let faults = reading.faults + checkFileFaults(configuration) + cronFaults(configuration)
        return CheckedConfiguration(
            configuration, faults: faults.sorted { ($0.line ?? 0) < ($1.line ?? 0) },
            secrets: Self.secrets(configuration))
    }

    /// A time that never comes would be missed by nobody.
    private func cronFaults(_ configuration: Configuration) -> [ConfigurationFault] {
        var crons = configuration.reports.map(\.cron)
        for entry in configuration.schedule {
            if case .cron(let cron) = entry.start { crons.append(cron) }
        }
        return crons.compactMap { cron in
            do throws(CronError) { _ = try CronExpression(parsing: cron.value) } catch {
                return ConfigurationFault(
                    cron.place, error.message,
                    hint: error.hints.first ?? "five fields, such as \"0 1 * * *\", or @daily.")
            }
            return nil
        }
    }

    /// A file of checks that is not there, or wrong, would be found in the middle of the night.
    private func checkFileFaults(_ configuration: Configuration) -> [ConfigurationFault] {
        configuration.stores.compactMap { store in
            guard let file = store.trial.checks else { return nil }
            do throws(CheckFileError) { _ = try CheckFile.read(file.value) } catch {
                return ConfigurationFault(
                    file.place, "'checks' of store '\(store.name)': \(error.message)", hint: error.hints[0])
            }
            return nil
        }
    }
}

/// What a check of a configuration came to.
public struct CheckedConfiguration: Sendable {
    /// What is right in it.
    public var configuration: Configuration
    /// In the order of the file; empty when it can be used.
    public var faults: [ConfigurationFault]
    /// Those that it names, each once, in the order of their names.
    public var secrets: [NamedSecret]

    init(_ configuration: Configuration, faults: [ConfigurationFault], secrets: [NamedSecret]) {
        (self.configuration, self.faults, self.secrets) = (configuration, faults, secrets)
    }

    /// A secret as this process sees it; its value is not in here.
    public struct NamedSecret: Sendable, Equatable {
        /// Such as `env:MAIL_PASSWORD`.
        public var name: String
        /// What it is for.
        public var use: String
        /// Why it cannot be read; nil when it can.
        public var absence: String?
        /// Whether other users of this machine may read its file; false for a variable, and for a file that is not there.
        public var isReadableByOthers: Bool

        init(_ secret: SecretName, for use: String) {
            (name, self.use) = (secret.description, use)
            (absence, isReadableByOthers) = (secret.absence, secret.isReadableByOthers)
        }
    }
}

extension CheckConfiguration {
    /// What is needed to reach a store; `owner` is what it is called.
    private static func secrets(of store: StoreConfiguration, _ owner: String) -> [(SecretName?, String)] {
        var found = [(store.proxy?.name, "the proxy of \(owner)")]
        if case .environmentFile(let path)? = store.credentials {
            found.append((.file(path), "the keys of \(owner)"))
        }
        return found
    }

    fileprivate static func secrets(_ configuration: Configuration) -> [CheckedConfiguration.NamedSecret] {
        var found: [(SecretName?, String)] = configuration.stores.flatMap {
            secrets(of: $0, "store '\($0.name)'")
        }
        for channel in configuration.notify {
            switch channel.way {
            case .webhook(let webhook):
                found += [
                    (webhook.url.name, "the address of a webhook"), (webhook.secret, "signing for a webhook"),
                ]
            case .mail(let mail):
                found += [(mail.user, "the user of mail"), (mail.password, "the password of mail")]
            case .ping(let url): found.append((url.name, "the address of a ping"))
            case .command: break
            }
        }
        found.append((configuration.serve?.token, "callers of the service"))
        found.append((configuration.shards?.secret, "signing what machines share"))
        if let reach = configuration.shards?.reach { found += secrets(of: reach, "the bucket of 'shards'") }
        var seen: Set<String> = []
        return found.compactMap { secret, use in secret.map { CheckedConfiguration.NamedSecret($0, for: use) }
        }
        .filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
    }
}
