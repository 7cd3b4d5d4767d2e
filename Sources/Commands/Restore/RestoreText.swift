// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import PrivatePostgres
import Restorer
import WALArchive

/// A restore as people read it: first the plan, then what it came to.
struct RestoreText {
    private let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    func say(_ plan: RestorePlan) {
        for skipped in plan.skipped { terminal.say("skipped \(skipped.label): \(skipped.reason)") }
        terminal.say("restore of \(plan.facts.label) from \(plan.store)")
        terminal.say()
        for (name, value) in lines(plan) { terminal.say("  \(padded(name))  \(value)") }
        terminal.say()
    }

    private func lines(_ plan: RestorePlan) -> [(String, String)] {
        var lines = [
            ("backup", backup(plan)), ("read", read(plan)), ("write", write(plan)), ("target", target(plan)),
        ]
        let seen = Set(plan.laterTablespaces.map(\.identifier))
        lines += plan.tablespaces.filter { !$0.isLater || !seen.contains($0.identifier) }.map {
            ("tablespace", tablespace($0))
        }
        lines += plan.unmapped.map { ("tablespace", unmapped($0)) }
        lines += plan.laterTablespaces.map { ("tablespace", later($0, plan)) }
        if let wal = plan.request.walDirectory {
            lines.append(("pg_wal", "in '\(ObjectName(wal))', to which pg_wal in the target is a link"))
        }
        lines += plan.room.map { ("room", room($0)) }
        lines.append(("recover", recovery(plan)))
        if let copy = plan.pristine { lines.append(("", PristineNode.words(copy))) }
        if let archive = plan.request.walArchive {
            lines.append(("WAL", "\(ObjectName(archive))" + WALArchiveText.words(plan)))
            lines += WindowText.lines(plan)
        }
        if let file = plan.request.settingsFile {
            lines.append(("settings", "postgresql.auto.conf is replaced by '\(ObjectName(file))'"))
        }
        if let file = plan.request.accessFile {
            lines.append(("access", "pg_hba.conf is replaced by '\(ObjectName(file))'"))
        }
        if let scripts = plan.request.scripts {
            lines.append(
                (
                    "scripts",
                    Units.count(scripts.folder.names.count, "file")
                        + " of '\(ObjectName(scripts.folder.path))'"
                ))
        }
        lines += FirstStartText.lines(plan)
        lines.append(("keep", "the backup is only read; nothing that exists is changed or removed"))
        lines += plan.objections.map { ("refused", $0.message) }
        if let stop = plan.expectedStop { lines.append(("stops", "before its goal: \(stop.message)")) }
        return lines
    }

    private func backup(_ plan: RestorePlan) -> String {
        let time = plan.time.map { ", taken \($0.timestamp)" } ?? ""
        let version = plan.majorVersion.map { ", PostgreSQL \($0)" } ?? ", PostgreSQL as it will say itself"
        let chain =
            plan.isChain
            ? ", incremental to \(plan.sources.dropLast().map(\.facts.label).joined(separator: ", "))" : ""
        return plan.facts.label + time + version + chain
    }

    private func read(_ plan: RestorePlan) -> String {
        guard !plan.readsNothing else { return "nothing: an earlier restore has read and proven all of it" }
        let objects = plan.sources.reduce(0) { $0 + $1.facts.objects }
        let time =
            plan.estimatedSeconds.map { ", about \(Units.duration($0)) at the rate of its first bytes" } ?? ""
        return "\(Units.bytes(plan.bytesToRead)) in \(Units.count(objects, "object"))\(time)"
    }

    private func write(_ plan: RestorePlan) -> String {
        guard let bytes = plan.bytesToWrite, let files = plan.filesToWrite else {
            return "what the archives hold: there is no manifest to say how much"
        }
        return "\(Units.bytes(bytes)) in \(Units.count(files, "file")), owned by \(plan.request.owner)"
    }

    private func target(_ plan: RestorePlan) -> String {
        let way = plan.continues ? "gone on with in" : "put together in"
        return "'\(ObjectName(plan.request.target))', \(way) '\(ObjectName(plan.staging))' until it is done"
    }

    private func room(_ room: RestorePlan.Room) -> String {
        let (bytes, files) = (room.bytes, room.files)
        let inodes =
            room.filesFree.map { free in
                "; \(Units.grouped(files.likely)) of \(Units.grouped(free)) free inodes"
            } ?? ""
        return "'\(ObjectName(room.directory))': \(Units.bytes(bytes.least)) surely, with estimates "
            + "\(Units.bytes(bytes.likely)), of \(Units.bytes(room.bytesFree)) free\(inodes)"
            + (room.isTight ? ": this may not be enough" : "")
    }

    private func tablespace(_ tablespace: RestorePlan.Tablespace) -> String {
        guard !tablespace.isLater else {
            return
                "\(tablespace.identifier) goes to '\(ObjectName(tablespace.place))' when WAL makes it: the backup has none of that number"
        }
        let size = tablespace.bytes.map { ", \(Units.bytes($0))" } ?? ""
        let origin = tablespace.origin.map { " (was in '\($0)')" } ?? ""
        return "\(tablespace.identifier)\(origin) goes to '\(ObjectName(tablespace.place))'\(size)"
    }

    private func unmapped(_ tablespace: RestorePlan.Tablespace) -> String {
        let origin = tablespace.origin.map { " (was in '\($0)')" } ?? ""
        return "\(tablespace.identifier)\(origin) HAS NO PLACE: --map \(tablespace.identifier)=DIR"
    }

    private func later(_ made: RecoverableWindow.Tablespace, _ plan: RestorePlan) -> String {
        let place = plan.request.tablespaces[made.identifier].map { "goes to '\(ObjectName($0))'" }
        return "\(made.identifier) (was in '\(made.path)') is made by WAL at \(made.position): "
            + (place
                ?? "IT HAS NO PLACE, and recovery stops there if it comes to it: --map \(made.identifier)=DIR")
    }

    private func recovery(_ plan: RestorePlan) -> String {
        switch plan.request.outcome {
        case .recovered:
            let binaries = plan.binaries.map { " by '\($0.directory)/postgres'" } ?? ""
            return "to \(plan.goal)\(binaries), privately, then promote and stop"
        case .recoveredAtFirstStart: return "to \(plan.goal), at your first start\(starter(plan))"
        case .standby(let primary, _):
            return "as a standby, at your first start\(starter(plan))"
                + (primary == nil ? " (no primary_conninfo given)" : "")
        }
    }

    /// The program of `--pg-bin`, which this run only looks at.
    private func starter(_ plan: RestorePlan) -> String {
        guard plan.request.binaries != nil, let binaries = plan.binaries else { return "" }
        return ", for which '\(binaries.directory)/postgres' is of the right version"
    }

    // MARK: The result

    func say(_ report: RestoreReport, of plan: RestorePlan) {
        for finding in report.readings.flatMap(\.findings) where finding.severity != .note {
            terminal.say("  \(finding.severity.rawValue): \(finding.message)")
        }
        for warning in WindowText.warnings(plan) { terminal.say("  warning: \(warning)") }
        for phase in report.phases where phase.name != .download && phase.name != .write {
            let size =
                phase.bytes.map { "  \(Units.bytes($0))  \(Units.rate($0, seconds: phase.seconds))" } ?? ""
            terminal.say("  \(padded(phase.name.rawValue))  \(Units.duration(phase.seconds))\(size)")
        }
        for finding in report.inside?.findings ?? [] {
            terminal.say("  \(finding.severity.rawValue): \(finding.message)")
        }
        for line in CheckLines.of(report.checks) { terminal.say("  \(padded(line.outcome))  \(line.words)") }
        for line in FirstStartText.lines(report) { terminal.say("  \(line)") }
        terminal.say()
        terminal.say(ending(report, plan))
        for line in FirstStartText.lastLines(report, plan.request) { terminal.say(line) }
    }

    private func ending(_ report: RestoreReport, _ plan: RestorePlan) -> String {
        let place = "'\(ObjectName(plan.request.target))'"
        if report.recovery == nil, plan.request.startsServer {
            return
                "restored to \(place): what an interrupted restore had lacked was its last step; not running."
        }
        guard let recovery = report.recovery else {
            let proof = Self.acceptedDamage(plan) ?? "every byte is proven"
            return "restored to \(place): \(proof); your first start recovers it."
        }
        let last = recovery.lastTransaction.map { ", last transaction \($0)" } ?? ""
        let damage = Self.acceptedDamage(plan).map { "\($0); " } ?? ""
        return
            "restored to \(place): \(damage)recovered to \(recovery.end) on timeline \(recovery.timeline)\(last); not running."
    }

    /// What was accepted is no proof, whatever this run still read of it.
    private static func acceptedDamage(_ plan: RestorePlan) -> String? {
        guard plan.request.acceptedDamage != nil else { return nil }
        return "with its damage, as accepted: not every byte is proven"
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, 10 - text.count))
    }
}
