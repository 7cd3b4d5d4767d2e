// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Files
import Glibc
import PrivatePostgres

extension RestoreWork {
    /// Sees to the files that the first start will read: those that were brought, those that are missing, and the settings in
    /// all of them.
    mutating func configure(_ target: any RestoreTarget, _ version: Int) throws(RestoreError) {
        let files = StartFiles(data: target.data, owner: request.owner)
        if let folder = request.configuration { try files.bring(folder) }
        try UserFiles(request).putRest(into: target.data)
        let settings = FirstStartSettings(
            data: target.data, target: request.target, owner: request.owner,
            isBrought: request.configuration != nil)
        report.made =
            known("the files without which it does not start") { () throws(RestoreError) in
                try files.makeMissing(besides: settings.configuration())
            } ?? []
        let settled = known("what the first start will do") { () throws(RestoreError) in
            try settings.settle(request.archiving)
        }
        guard let settled else { return }
        (report.firstStart, report.takenOut) = (settled.start, settled.takenOut)
        report.archivingOff = settled.archivingOff
        report.startCommands = commands(version, settled)
    }

    /// Nil where it cannot be looked at, which is told: the databases are there, and the restore is not thrown away for it.
    private func known<Value>(_ what: String, _ body: () throws(RestoreError) -> Value) -> Value? {
        do throws(RestoreError) { return try body() } catch {
            world.observer.noted("not known: \(what): \(error.message)")
            return nil
        }
    }

    /// The folder whose `pg_ctl` starts it; nothing is run to find that out.
    private func programs(_ version: Int) -> String? {
        if let known = plan.binaries?.directory ?? request.binaries {
            return (try? FileStatus(following: "\(known)/pg_ctl"))?.kind == .file ? known : nil
        }
        return PostgresBinaries.usualDirectory(of: version, with: [.postgres, .control])
    }

    private func commands(_ version: Int, _ settled: FirstStartSettings.Settled) -> StartCommands {
        StartCommands(
            .init(
                major: version, target: request.target,
                becoming: request.owner.becoming, isRoot: geteuid() == 0,
                binaries: programs(version), hasDebianTools: DebianClusters.areLookedAfter,
                otherPort: LocalPorts.free(besides: settled.port), clusters: DebianClusters.names(version),
                included: settled.included))
    }
}

extension ServerOwner {
    /// What goes before a program so that this user runs it.
    fileprivate var becoming: String {
        guard isOther else { return "" }
        return name.map { "runuser -u \(StartCommands.quoted($0)) -- " }
            ?? "setpriv --reuid=\(user) --regid=\(group) --clear-groups -- "
    }
}

/// The clusters that postgresql-common of Debian and Ubuntu looks after.
private enum DebianClusters {
    static var areLookedAfter: Bool {
        ["pg_createcluster", "pg_ctlcluster"].allSatisfy {
            (try? FileStatus(following: "/usr/bin/\($0)"))?.kind == .file
        }
    }

    static func names(_ version: Int) -> Set<String> {
        guard let names = try? FileDescriptor(directory: "/etc/postgresql/\(version)").names() else {
            return []
        }
        return Set(names.map { String(decoding: $0, as: UTF8.self) })
    }
}

/// The ports of the servers that run here, by the sockets they have where Debian and PostgreSQL put them.
private enum LocalPorts {
    /// The next one that is free; nil where `port` itself is.
    static func free(besides port: Int) -> Int? {
        isTaken(port) ? (port...).dropFirst().prefix(1000).first { !isTaken($0) } : nil
    }

    private static func isTaken(_ port: Int) -> Bool {
        ["/var/run/postgresql", "/tmp"].contains { folder in
            (try? FileStatus(at: "\(folder)/.s.PGSQL.\(port).lock")) != nil
        }
    }
}
