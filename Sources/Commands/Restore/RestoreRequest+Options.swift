// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres
import Restorer
import Settings

extension RestoreRequest {
    /// What the options say, with relative paths made absolute.
    init(_ verb: RestoreVerb, _ application: Application) throws {
        let target = try verb.target.path()
        let recovery = verb.recovery
        let goal = try RecoveryGoal.parse(recovery.goal.words, hasArchive: recovery.walArchive != nil)
        self.init(
            target: target, goal: goal, outcome: try recovery.outcome(),
            owner: try ServerOwner.find(verb.target.owner))
        for place in verb.target.map {
            guard tablespaces.updateValue(place.path, forKey: place.identifier) == nil else {
                throw CommandError.usage(
                    "--map \(place.identifier) is given twice", hint: "a tablespace goes to one place.")
            }
        }
        (binaries, majorVersion) = (recovery.pgBin.map(Paths.absolute), recovery.pgVersion)
        tablespaceFolder = verb.target.mapAll.map(Paths.absolute)
        if let waldir = verb.target.waldir {
            guard waldir.hasPrefix("/") else {
                throw CommandError.usage(
                    "--waldir '\(waldir)' is no absolute path", hint: "such as /srv/wal/restored.")
            }
            walDirectory = Paths.absolute(waldir)
        }
        walArchive = recovery.walArchive
        (allowsUnfinished, showsRestorePoints) = (recovery.allowUnfinished, recovery.restorePoints)
        if recovery.standby, allowsUnfinished {
            throw CommandError.usage(
                "a standby goes on with the whole segment when that comes",
                hint: "leave out --standby, or --allow-unfinished.")
        }
        settingsFile = verb.target.config.map(Paths.absolute)
        accessFile = verb.target.hba.map(Paths.absolute)
        scripts = try verb.target.postInit.map { try Self.scripts($0, application) }
        configuration = try verb.firstStart.conf.map { try ConfigurationFolder(Paths.absolute($0)) }
        archiving = verb.firstStart.archiveMode?.choice
        acceptedDamage = verb.source.acceptDamage
        acceptedUnreachable = Set(verb.source.acceptUnreachable)
        restarts = verb.target.restart
    }

    private static func scripts(_ folder: String, _ application: Application) throws -> PostInitScripts {
        let settings = try application.settings.postInit()
        guard let user = settings.user, let database = settings.database else {
            throw CommandError.missingVariable(
                settings.user == nil ? "POST_INIT_SCRIPT_USER" : "POST_INIT_SCRIPT_DATABASE",
                hint: "--post-init needs both in the environment or in .env.")
        }
        return PostInitScripts(
            folder: try ScriptFolder(Paths.absolute(folder)), user: user, database: database,
            password: settings.password)
    }
}
