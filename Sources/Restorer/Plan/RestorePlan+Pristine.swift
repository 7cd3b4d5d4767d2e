// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres

/// What the plan can say of the copy that is kept until recovery is over.
extension RestorePlan {
    /// By the kind of the file systems and by estimates: whether it is so is seen when all is written.
    ///
    /// Nil where there is nothing to say: no target can be missed, or an interrupted restore has gone past it.
    func outlookForPristine(after phase: RestoreJournal.Phase?) throws(RestoreError) -> PristineCopy? {
        guard request.startsServer, goal.canBeMissed, [nil, .streaming, .written].contains(phase) else {
            return nil
        }
        let held = phase == .streaming ? stagedPlaces : []
        var copies: [FreeSpace.Demand] = []
        for demand in result where try !FreeSpace.mayShare(demand.path) { copies.append(demand) }
        guard !copies.isEmpty else { return .shared }
        let bytes = copies.reduce(UInt64(0)) { $0.addingClamped($1.bytes.likely) }
        do throws(RestoreError) {
            let rooms = try FreeSpace.room(for: (readsNothing ? [] : demands) + copies, heldIn: held)
            guard rooms.contains(where: \.isTight) else { return .full(bytes: bytes) }
        } catch {
            guard case .noSpace = error else { throw error }
        }
        return .leftOut("there is no room for a copy of \(Units.bytes(bytes))")
    }
}

extension FreeSpace {
    /// btrfs, XFS, bcachefs, OCFS2 and ZFS can let files share their blocks, where they were made so (`f_type` of statfs(2)).
    private static let sharing: Set<UInt32> = [
        0x9123_683E, 0x5846_5342, 0xCA45_1A4E, 0x7461_636F, 0x2FC1_2FC1,
    ]

    /// Whether files in a directory may be able to share their blocks.
    static func mayShare(_ path: String) throws(RestoreError) -> Bool {
        try sharing.contains(type(of: path))
    }
}
