// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Restorer

/// How the files are kept until recovery is over, as far as the plan can tell.
struct PristineNode: Encodable {
    /// `reflink`, `copy` or `none`.
    var means: String
    /// What a copy takes up; of a reflink that is what recovery changes, which nobody knows before.
    var bytes: Nullable<UInt64>

    init(_ copy: PristineCopy) {
        switch copy {
        case .shared: (means, bytes) = ("reflink", Nullable(nil))
        case .full(let size): (means, bytes) = ("copy", Nullable(size))
        case .leftOut: (means, bytes) = ("none", Nullable(nil))
        }
    }

    /// What a person is told of it in the plan.
    static func words(_ copy: PristineCopy) -> String {
        switch copy {
        case .shared:
            "if the target is missed, the files are kept for another one: a copy by reflink, which takes up what recovery changes, if the file system can"
        case .full(let bytes):
            "if the target is missed, the files are kept for another one: a copy of \(Units.bytes(bytes)) while recovery lasts"
        case .leftOut(let reason): "if the target is missed, the files are read again: \(reason)"
        }
    }
}
