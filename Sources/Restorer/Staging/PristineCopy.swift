// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How what was written is kept until recovery is over, so that a target that is missed costs no second reading.
public enum PristineCopy: Sendable, Equatable {
    /// Its files share their blocks with those that are recovered: it takes up what recovery changes.
    case shared
    /// A second copy of so many bytes.
    case full(bytes: UInt64)
    /// There is none, and why: a missed target will need the files to be read again.
    case leftOut(String)

    /// What is to be copied in one directory, and what its file system has left.
    struct Need: Equatable {
        var directory: String
        var device: UInt64
        /// In bytes on disk.
        var size: UInt64
        var free: UInt64
        /// Whether files there can share their blocks.
        var isShared: Bool
    }

    /// What can be done about these directories; `margin` is what recovery may write besides, in bytes.
    ///
    /// A copy that takes room of its own is made only where there is clearly enough: the restore must never fail for it.
    static func decided(for needs: [Need], margin: UInt64) -> PristineCopy {
        let full = needs.filter { !$0.isShared }
        guard !full.isEmpty else { return .shared }
        for (_, needs) in Dictionary(grouping: full, by: \.device).sorted(by: { $0.key < $1.key }) {
            let size = needs.reduce(UInt64(0)) { $0.addingClamped($1.size) }
            // Recovery may make the files larger, too.
            let wanted = size.addingClamped(size / 8).addingClamped(margin)
            let free = needs.map(\.free).min() ?? 0
            guard free >= wanted else { return .leftOut(lack(needs[0].directory, wanted, free)) }
        }
        return .full(bytes: full.reduce(UInt64(0)) { $0.addingClamped($1.size) })
    }

    private static func lack(_ directory: String, _ wanted: UInt64, _ free: UInt64) -> String {
        "a copy of the files and what recovery may write need \(wanted) bytes in '\(ObjectName(directory))', which has \(free)"
    }
}
