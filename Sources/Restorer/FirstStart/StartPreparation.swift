// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Files
import Glibc
import PrivatePostgres

/// Makes a recovered data directory ready for the first start by its user.
struct StartPreparation {
    let request: RestoreRequest
    /// By which lines that this restore wrote are known again.
    let token: String
    /// The folder with PostgreSQL's programs; nil where the usual places are looked at.
    let binaries: String?
    let noted: (String) -> Void

    /// What was done to the settings, and what the first start will do by them.
    struct Outcome {
        /// The names of files of the configuration that were made.
        var made: [String] = []
        /// Nil where that cannot be known.
        var start: FirstStart?
        var takenOut: [FirstStartRemark] = []
        var archivingOff: Archiving?
        var commands: StartCommands?
    }

    /// Sees to the files that the first start will read: those that were brought, those that are missing, and the settings in
    /// all of them.
    func prepare(_ data: String, _ version: Int) throws(RestoreError) -> Outcome {
        let files = StartFiles(data: data, owner: request.owner)
        if let folder = request.configuration { try files.bring(folder) }
        try UserFiles(request).putRest(into: data)
        let settings = FirstStartSettings(
            data: data, target: request.target, owner: request.owner,
            isBrought: request.configuration != nil, token: token)
        guard let found = known(settings) else {
            // Whatever they say, the copy does not archive where nobody asked for that.
            guard request.archiving != .keep else { return Outcome() }
            try settings.turnOff(.unknown)
            return Outcome(archivingOff: .unknown)
        }
        let made = try make(files.missing(besides: found), files)
        return outcome(try settings.prepare(request.archiving), version, made: made)
    }

    /// What there is to say of settings that an earlier run has settled; nothing is changed.
    func settled() -> Outcome? {
        let settings = FirstStartSettings(
            data: request.target, target: request.target, owner: request.owner, token: token)
        guard let version = try? DataDirectory(request.target).majorVersion(),
            let settled = try? settings.settled()
        else { return nil }
        return outcome(settled, version)
    }

    private func outcome(
        _ settled: FirstStartSettings.Settled, _ version: Int, made: [String] = []
    ) -> Outcome {
        Outcome(
            made: made, start: settled.start, takenOut: settled.takenOut, archivingOff: settled.archivingOff,
            commands: commands(version, settled))
    }

    /// Nil where they cannot be read, which is told: the databases are there, and the restore is not thrown away for it.
    private func known(_ settings: FirstStartSettings) -> ServerConfiguration? {
        do throws(RestoreError) { return try settings.configuration() } catch {
            noted("what the first start will do is not known: \(error.message)")
            return nil
        }
    }

    /// None where nothing tells what they would have to say, which is told.
    private func make(_ missing: [MinimalConfiguration], _ files: StartFiles) throws(RestoreError) -> [String]
    {
        guard !missing.isEmpty else { return [] }
        let control: ControlFile
        do throws(RestoreError) { control = try DataDirectory(files.data).control() } catch {
            let names = missing.map(\.rawValue).joined(separator: ", ")
            noted("\(names) cannot be made: \(error.message)")
            return []
        }
        return try files.make(missing, control)
    }

    /// The folder whose `pg_ctl` starts it; nothing is run to find that out.
    private func programs(_ version: Int) -> String? {
        if let binaries {
            return (try? FileStatus(following: "\(binaries)/pg_ctl"))?.kind == .file ? binaries : nil
        }
        return PostgresBinaries.usualDirectory(of: version, with: [.postgres, .control])
    }

    private func commands(_ version: Int, _ settled: FirstStartSettings.Settled) -> StartCommands {
        StartCommands(
            .init(
                major: version, target: request.target,
                becoming: request.owner.becoming, isRoot: geteuid() == 0,
                binaries: programs(version), hasDebianTools: DebianClusters.areLookedAfter,
                otherPort: LocalPorts(settled.sockets).free(besides: settled.port),
                clusters: DebianClusters.names(version),
                included: settled.included))
    }
}

extension ServerOwner {
    /// What goes before a program so that this user runs it.
    fileprivate var becoming: String {
        guard isOther else { return "" }
        return name.map { "runuser -u \(ShellWord($0)) -- " }
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
private struct LocalPorts {
    private let folders: Set<String>

    /// `folders` are those of the settings.
    init(_ folders: [String]) { self.folders = Set(folders + ["/var/run/postgresql", "/tmp"]) }

    /// The next one that is free; nil where `port` itself is.
    func free(besides port: Int) -> Int? {
        isTaken(port) ? (port...).dropFirst().prefix(1000).first { !isTaken($0) } : nil
    }

    private func isTaken(_ port: Int) -> Bool {
        folders.contains { folder in
            (try? FileStatus(at: "\(folder)/.s.PGSQL.\(port).lock")) != nil
        }
    }
}
