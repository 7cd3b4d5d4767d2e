// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Diagnostics
import Inspection
import Testing

@testable import Restorer

/// A fresh place for targets of one kind, and what a test may look at and do behind their back.
struct TargetWorld {
    /// Opens the target for the restore of a backup; `restarts` throws away what was left.
    var open: (_ backup: String, _ restarts: Bool) throws -> any RestoreTarget
    /// Opens it for the restore of the backup `one` to another goal.
    var aimElsewhere: () throws -> any RestoreTarget
    /// What the result holds at its top; nil when nothing stands in its place.
    var placed: () throws -> [String]?
    /// Puts something into the place of the result, as somebody else would.
    var occupy: () throws -> Void
    /// Everything around the place, the result included.
    var surroundings: () throws -> [String]
}

/// What every `RestoreTarget` promises, as cases that each implementation runs against itself.
///
/// Make it a table test, so that each case is reported alone, with a fresh world for each.
enum RestoreTargetContract {
    enum Case: String, CaseIterable, Sendable, CustomStringConvertible {
        case beginsEmpty = "begins empty and leaves its place alone"
        case goesOn = "goes on with the same restore, in its phase and with its files"
        case startsOverForAnother = "starts over for another restore"
        case startsOverWhenAsked = "starts over when that is asked for"
        case startsOverAfterScripts = "starts over after scripts, of which nobody knows how far they came"
        case isTakenOnce = "is taken by one restore at a time"
        case leavesPlaceAlone = "leaves its place alone in every phase, and when it is removed"
        case placesWhole = "is placed whole, and once more after a kill"
        case keepsUnplaced = "is not thrown away for another restore when only its last step is missing"
        case replacesNothing = "replaces nothing that has come to be in its place"
        case keepsFolders = "has new folders for each run, and parts that stay"
        case emptiesData = "throws away what was written, and goes back to its first phase"
        case aimsElsewhere = "goes on for another goal with the files as they were written"
        case putsBack =
            "puts back what was written, once more after a kill, and what was never written is gone"
        case copiesOrNot = "has a whole copy of what was written, or none"
        case removesAll = "is removed with all that is its own"

        var description: String { rawValue }
    }

    static func check(_ promise: Case, in world: TargetWorld) throws {
        switch promise {
        case .beginsEmpty: try world.beginsEmpty()
        case .goesOn: try world.goesOn()
        case .startsOverForAnother: try world.startsOver { try $0.open("other", false) }
        case .startsOverWhenAsked: try world.startsOver { try $0.open("one", true) }
        case .startsOverAfterScripts: try world.startsOverAfterScripts()
        case .isTakenOnce: try world.isTakenOnce()
        case .leavesPlaceAlone: try world.leavesPlaceAlone()
        case .placesWhole: try world.placesWhole()
        case .keepsUnplaced: try world.keepsUnplaced()
        case .replacesNothing: try world.replacesNothing()
        case .keepsFolders: try world.keepsFolders()
        case .emptiesData: try world.emptiesData()
        case .aimsElsewhere: try world.aimsElsewhere()
        case .putsBack: try world.putsBack()
        case .copiesOrNot: try world.copiesOrNot()
        case .removesAll: try world.removesAll()
        }
    }
}
