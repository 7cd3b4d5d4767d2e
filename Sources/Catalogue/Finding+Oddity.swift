// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import ObjectStore

extension Finding {
    /// Something that is no object: what is behind it was not read, which is not to say that it is bad.
    public static func odd(_ name: ObjectName, _ oddity: String) -> Finding {
        let isTablespace = name.hasPrefix("pg_tblspc/")
        let advice =
            isTablespace
            ? "; give a LOCATION that holds both the backup and its tablespaces, or take such backups in tar format"
            : ""
        return Finding(
            .unreadableObject, object: name, message: "cannot be read as an object: \(oddity)\(advice)")
    }
}

extension Backup {
    /// What stands among its objects and cannot be read as one.
    public var oddities: [Finding] {
        objects.compactMap { object in object.oddity.map { .odd(relativeName(of: object), $0) } }
    }
}
