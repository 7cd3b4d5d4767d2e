// SPDX-License-Identifier: Apache-2.0
import BackupFormats

extension BackupLabel {
    /// How large segments are for the start to lie in the one that is named beside it; nil when that leaves a choice.
    var segmentSize: UInt32? {
        let sizes = (20...30).map { UInt32(1) << $0 }.filter { size in
            startSegment.number(size: size) == start.position / UInt64(size)
        }
        return sizes.count == 1 ? sizes[0] : nil
    }
}
