// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import ObjectStore
import Restorer

struct RestoreVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore a backup into a data directory, proving every byte while it is written.",
        discussion: """
            The newest sound backup (or --backup LABEL) is read, proven and written beside the target; a private
            server recovers it; then the directory takes the target's name. The target must be absent or
            empty: until the last step it is as it was. The same command goes on where an interrupted one stopped.

            EXIT STATUS
              0 restored, 1 the backup is damaged, 3 no postgresql.auto.conf for -c, 4 unsafe target, 5 the store
              could not be read, 6 the backup was tampered with, 7 it cannot be proven, 8 another restore is under
              way, 9 no backup, 10 a program is missing, 11 a credential, 12 an argument, 13 a local backup's
              files, 14 usage error, 16 no space, 17 the restore failed, 130 and 143 interrupted.
              In every case but 0 the target is as it was.

            EXAMPLES
              pg_backctl restore s3://bucket/backups --target /srv/restored --dry-run
              pg_backctl restore -P /backups/20260520 --target /srv/restored --owner postgres --yes
              pg_backctl restore s3://bucket/backups --target /srv/restored --wal-archive s3://bucket/wal \\
                --to-time '2026-11-02 03:00:00+00'
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var source: RestoreSourceOptions
    @OptionGroup var target: RestoreTargetOptions
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var docker: DockerOptions
    @OptionGroup var globals: GlobalOptions

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Option(help: ArgumentHelp("How many objects to read at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Keep no history, and know of none.")
    var noHistory = false

    func perform() throws -> ExitStatus {
        try docker.refuse(isStandby: recovery.standby)
        let store = try source.located(store)
        let application = try Application(globals, store: store)
        let run = try RestoreRun(application, self, store)
        return try run.perform()
    }
}
