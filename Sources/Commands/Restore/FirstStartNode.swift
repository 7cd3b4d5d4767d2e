// SPDX-License-Identifier: Apache-2.0
import Restorer

/// One thing that the first start will do, as JSON.
struct RemarkNode: Encodable {
    /// `prevents`, `leads-out` or `note`.
    var weight: String
    var message: String

    init(_ remark: FirstStartRemark) { (weight, message) = (remark.weight.rawValue, "\(remark)") }
}

/// What a plan knows of the first start, as JSON.
struct PlannedStartNode: Encodable {
    /// Null when it is known only once the settings are written.
    var remarks: Nullable<[RemarkNode]>
    /// Whether the settings archive; null when that is not known.
    var archives: Nullable<Bool>
    /// `off` or `keep`, as asked for.
    var archiveMode: String
    /// The folder that the configuration is brought from; null where that of the backup is used.
    var conf: Nullable<String>

    init(_ plan: RestorePlan) {
        conf = Nullable(plan.request.configuration?.path)
        archiveMode = (plan.request.archiving ?? .off).rawValue
        let archiving = plan.firstStart.archiving
        archives = Nullable(archiving == .unknown ? nil : archiving != .none)
        remarks = Nullable(nil)
        if case .known(let start, _) = plan.firstStart {
            remarks = Nullable(start.remarks.map(RemarkNode.init))
        }
    }
}

/// Archiving that a restore turned off, as JSON.
struct ArchivingOffNode: Encodable {
    /// The command or library; null when the settings may archive by what is not in the backup.
    var means: Nullable<String>
    /// What undoes it, as SQL.
    var undoing: String

    init(_ archiving: Archiving) {
        undoing = archiving.undoing
        guard case .by(let means, _) = archiving else {
            self.means = Nullable(nil)
            return
        }
        self.means = Nullable(means)
    }
}

/// What starts a restored cluster, as JSON.
struct StartCommandsNode: Encodable {
    /// Null where `pg_ctl` of that version was not found.
    var direct: Nullable<String>
    /// Empty where Debian's tools are not there.
    var debian: [String]

    init(_ commands: StartCommands) { (direct, debian) = (Nullable(commands.direct), commands.debian) }
}
