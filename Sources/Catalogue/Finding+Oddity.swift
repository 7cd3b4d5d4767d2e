// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import ObjectStore

extension Finding {
    /// Something that is no object: what is behind it was not read, which is not to say that it is bad.
    public static func odd(_ name: ObjectName, _ oddity: String) -> Finding {
        let fact = ReadingFact.noObject(oddity, isTablespace: name.hasPrefix("pg_tblspc/"))
        return Finding(.reading(fact), object: name)
    }
}

extension Backup {
    /// What stands among its objects and cannot be read as one.
    public var oddities: [Finding] {
        objects.compactMap { object in object.oddity.map { .odd(relativeName(of: object), $0) } }
    }
}
