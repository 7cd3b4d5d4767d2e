// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import PrivatePostgres
import Restorer

/// Which backup is restored, beside LOCATION.
struct RestoreSourceOptions: ParsableArguments {
    @Option(
        name: [.customShort("u"), .long],
        help: ArgumentHelp("LOCATION as an option: an S3 URL.", valueName: "url"))
    var url: String?

    @Option(
        name: [.customShort("P"), .long],
        help: ArgumentHelp("LOCATION as an option: a local backup or a directory of them.", valueName: "dir"))
    var path: String?

    @Option(help: ArgumentHelp("latest, or a label as `list` prints it.", valueName: "which"))
    var backup = "latest"

    @Option(
        help: ArgumentHelp(
            "Restore this backup although it is damaged; what is wrong is shown and recorded.",
            valueName: "label"))
    var acceptDamage: String?

    @Option(
        help: ArgumentHelp(
            "Read the bucket as it was at this time, such as 2026-11-02T03:00:00Z; it must keep versions.",
            valueName: "time"))
    var asOf: String?

    @Option(
        help: ArgumentHelp(
            "Place what this trial has kept (trial --promotable) instead of a backup, by its number in `history trials`.",
            valueName: "trial"))
    var fromTrial: Int64?

    @Option(
        help: ArgumentHelp(
            "Take this database or tablespace as it is, though nobody can reach it; once for each.",
            valueName: "name"))
    var acceptUnreachable: [String] = []

    /// The store options with the one location that was given.
    func located(_ options: StoreOptions) throws -> StoreOptions {
        let given = [options.location, url, path].compactMap(\.self)
        guard options.store == nil || given.isEmpty else {
            throw CommandError.usage(
                "LOCATION, -u and -P exclude --store", hint: "--backup names a backup of the store.")
        }
        guard options.store == nil else { return options }
        guard given.count <= 1 else {
            throw CommandError.usage(
                "LOCATION, -u and -P exclude each other", hint: "name the place of the backup once.")
        }
        guard let location = given.first else {
            throw CommandError.missingArgument(
                "LOCATION",
                hint:
                    "name a store or a backup: s3://bucket/prefix, or a directory; -u, -P and --store do, too."
            )
        }
        if let url, !url.hasPrefix("s3://") {
            throw CommandError.usage(
                "'\(url)' is no S3 URL", hint: "-u takes s3://bucket/prefix, -P a directory.")
        }
        if let path, path.hasPrefix("s3://") {
            throw CommandError.usage("'\(path)' is no directory", hint: "-P takes a directory, -u an S3 URL.")
        }
        if path != nil, options.endpoint != nil {
            throw CommandError.usage("-P and -e exclude each other", hint: "a directory has no endpoint.")
        }
        var located = options
        located.location = location
        return located
    }
}

/// Where to, and as whose.
struct RestoreTargetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory to make; absent or empty.", valueName: "dir"))
    var target: String?

    @Option(
        help: ArgumentHelp(
            "Where the tablespace with this OID goes; once for each.", valueName: "oid=dir"))
    var map: [TablespacePlace] = []

    @Option(
        help: ArgumentHelp(
            "Where tablespaces go that no --map names, those that WAL makes as well where the plan sees them: each to DIR/OID.",
            valueName: "dir"))
    var mapAll: String?

    @Option(
        help: ArgumentHelp(
            "Where WAL goes, on another file system perhaps; pg_wal in the target becomes a link to it.",
            valueName: "dir"))
    var waldir: String?

    @Option(
        help: ArgumentHelp("Whose the files become and who the server runs as.", valueName: "user"))
    var owner: String?

    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "Replace postgresql.auto.conf by this file (without one: confs/postgresql.auto.conf).",
            valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Replace pg_hba.conf by this file (without one: confs/pg_hba.conf).", valueName: "file"))
    var hba: String?

    @Option(
        name: [.customShort("I"), .long],
        help: ArgumentHelp(
            "Run the .sql files of this folder on the recovered server, in alphabetical order, as POST_INIT_SCRIPT_USER.",
            valueName: "dir"))
    var postInit: String?

    @Flag(help: "Throw away what an interrupted restore left, and start over.")
    var restart = false

    @Flag(
        help: "Remove what a restore to --target kept when it failed or was interrupted, and do nothing else."
    )
    var discard = false

    /// The data directory to make, as an absolute path.
    func path() throws -> String {
        guard let target, !target.isEmpty else {
            throw CommandError.missingArgument(
                "--target DIR", hint: "name the data directory to make; it must be absent or empty.")
        }
        return Paths.absolute(target)
    }
}

/// How it becomes a database again.
struct RecoveryOptions: ParsableArguments {
    @OptionGroup var goal: GoalOptions

    @Option(
        help: ArgumentHelp(
            "Where archive_command puts WAL: s3://bucket/prefix, or a directory.", valueName: "location"))
    var walArchive: String?

    @Flag(
        help:
            "Recover beginnings of segments at the end of the archive, too: .partial, copies that broke off.")
    var allowUnfinished = false

    @Flag(help: "Show the restore points of the archive in the plan, for which all its WAL is read.")
    var restorePoints = false

    @Flag(help: "Ask the recovered cluster what a trial asks, before the switch: tables, amcheck, pages.")
    var check = false

    @OptionGroup var checkLimit: CheckLimitOption

    @Flag(help: "Start nothing: the first start of your own recovers.")
    var noStart = false

    @Flag(name: [.customShort("S"), .long], help: "Make a standby, which your own start sets off.")
    var standby = false

    @Option(
        help: ArgumentHelp("How the standby reaches its primary; no password in it.", valueName: "conninfo"))
    var primaryConninfo: String?

    @Option(help: ArgumentHelp("The replication slot of the standby.", valueName: "slot"))
    var primarySlot: String?

    @Option(
        name: [.customShort("p"), .long],
        help: ArgumentHelp(
            "The major version of PostgreSQL that the backup must be of.", valueName: "version"))
    var pgVersion: Int?

    @Option(help: ArgumentHelp("Where postgres, psql and pg_combinebackup are.", valueName: "dir"))
    var pgBin: String?

    /// As `password=…`, or between user and host of a URI.
    static func holdsPassword(_ conninfo: String) -> Bool {
        conninfo.lowercased().contains("password")
            || conninfo.contains(/^[a-z]+:\/\/[^\/@]*:[^\/@]*@/)
    }

    func outcome() throws -> RestoreRequest.Outcome {
        guard standby else {
            if primaryConninfo != nil || primarySlot != nil {
                throw CommandError.usage(
                    "--primary-conninfo and --primary-slot are for --standby",
                    hint: "add --standby, or leave them out.")
            }
            return noStart ? .recoveredAtFirstStart : .recovered
        }
        // Everyone on the machine sees arguments, and the file is for the server's owner alone.
        if let primaryConninfo, Self.holdsPassword(primaryConninfo) {
            throw CommandError.usage(
                "a password has no place in --primary-conninfo",
                hint: "put it into the owner's ~/.pgpass, or name a file by passfile=.")
        }
        return .standby(primary: primaryConninfo, slot: primarySlot)
    }
}

/// `OID=DIR`.
struct TablespacePlace: ExpressibleByArgument {
    var identifier: UInt32
    var path: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let identifier = UInt32(parts[0]), identifier > 0,
            "\(identifier)" == parts[0],
            parts[1].hasPrefix("/"), parts[1].utf8.count > 1
        else { return nil }
        self.identifier = identifier
        path = Paths.absolute(String(parts[1]))
    }
}

/// The options of restores into volumes of Docker, which this version understands and cannot carry out.
struct DockerOptions: ParsableArguments {
    @Option(name: [.customShort("v"), .long], help: .hidden)
    var volume: String?

    @Option(name: [.customShort("n"), .long], help: .hidden)
    var service: String?

    @Option(name: [.customShort("f"), .long], help: .hidden)
    var composeFile: String?

    @Flag(name: [.customShort("o"), .long], help: .hidden)
    var override = false

    @Option(name: [.customShort("V"), .long], help: .hidden)
    var newVolume: String?

    @Option(name: [.customShort("O"), .long], help: .hidden)
    var image: String?

    func refuse(isStandby: Bool) throws {
        let clash =
            override && newVolume != nil
            ? "-o and -V"
            : isStandby && override ? "-o and -S" : isStandby && newVolume != nil ? "-V and -S" : nil
        if let clash {
            throw CommandError.unsafe(
                "\(clash) exclude each other", hint: "-V alone keeps the old volume: use that.")
        }
        let given = [
            volume.map { _ in "--volume" }, service.map { _ in "--service" },
            composeFile.map { _ in "--compose-file" },
            override ? "--override" : nil, newVolume.map { _ in "--new-volume" },
            image.map { _ in "--image" },
        ].compactMap(\.self)
        guard let first = given.first else { return }
        throw CommandError.usage(
            "\(first) is for volumes of Docker, which this version cannot restore to",
            hint: "--target DIR restores to a directory; that of a volume is one.")
    }
}
