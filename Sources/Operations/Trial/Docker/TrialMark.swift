// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import History

/// What stands on a container and a volume of a trial: whose they are, and until when they are kept.
struct TrialMark: Equatable {
    /// Who made them.
    var process: ProcessIdentity
    /// In which the number of that process means something.
    var pidNamespace: String
    var made: Timestamp
    /// Of what failed and is kept to be looked at: until when.
    var keptUntil: Timestamp?

    /// What all names begin with, of containers and of volumes.
    static let prefix = "pg_backctl-trial-"
    /// The label by which ours are found.
    static let label = "pg_backctl.trial"
    private static let format = "1"
    /// For how long what another host or namespace has made is left alone: nobody here can see whether its maker lives.
    private static let foreignSeconds: Int64 = 24 * 3600

    /// Of this process.
    init(at time: Timestamp) {
        (process, pidNamespace, made) = (.current, Self.ownNamespace, time)
    }

    private static var ownNamespace: String {
        let name = try? FileDescriptor(folderAt: "/proc/self/ns").target(ofLink: "pid".utf8)
        return String(decoding: name ?? [], as: UTF8.self)
    }
}

/// As labels.
extension TrialMark {
    private enum Key {
        static let host = "pg_backctl.trial.host"
        static let boot = "pg_backctl.trial.boot"
        static let namespace = "pg_backctl.trial.pid-namespace"
        static let pid = "pg_backctl.trial.pid"
        static let start = "pg_backctl.trial.process-start"
        static let made = "pg_backctl.trial.made"
        static let keptUntil = "pg_backctl.trial.kept-until"
    }

    var labels: [String: String] {
        var labels = [
            Self.label: Self.format, Key.host: process.host, Key.boot: process.bootID,
            Key.namespace: pidNamespace, Key.pid: "\(process.pid)", Key.start: "\(process.startTime)",
            Key.made: "\(made)",
        ]
        labels[Key.keptUntil] = keptUntil.map { "\($0)" }
        return labels
    }

    /// Nil for what is not ours, or not whole: that is left alone.
    init?(_ labels: [String: String]) {
        guard labels[Self.label] == Self.format, let host = labels[Key.host], let boot = labels[Key.boot],
            let namespace = labels[Key.namespace], let pid = labels[Key.pid].flatMap({ Int32($0) }),
            let start = labels[Key.start].flatMap({ Int64($0) }),
            let made = labels[Key.made].flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        process = ProcessIdentity(host: host, bootID: boot, pid: pid, startTime: start)
        (pidNamespace, self.made) = (namespace, made)
        guard let until = labels[Key.keptUntil] else { return }
        guard let until = Timestamp(iso8601: until) else { return nil }
        keptUntil = until
    }
}

/// When it may go.
extension TrialMark {
    /// Whether what has this mark may be taken away, as `observer` sees it, a mark of this moment.
    ///
    /// `isRunning` says that a program runs in the container: it lives by the connection to its maker. Two machines may have the
    /// same name, so another boot alone says nothing while it runs.
    func isOver(seenBy observer: TrialMark, isRunning: Bool) -> Bool {
        if let keptUntil { return keptUntil <= observer.made }
        if process.host == observer.process.host {
            if process.bootID != observer.process.bootID { return !isRunning }
            if pidNamespace == observer.pidNamespace {
                return process.isAlive(seenBy: observer.process) == false
            }
        }
        return !isRunning && observer.made.seconds(since: made) > Self.foreignSeconds
    }
}
