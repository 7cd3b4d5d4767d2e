// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import ObjectStore

extension Finding {
    /// Something that is no object: what is behind it was not read, which is not to say that it is bad.
    public static func odd(_ name: ObjectName, _ oddity: String) -> Finding {
        let fact = ReadingFact.noObject(oddity, isTablespace: name.hasPrefix("pg_tblspc/"))
        return Finding(.reading(fact), object: name)
    }
}

extension Finding {
    /// The link of a plain backup's WAL, which leads to where this store does not reach: as good as no WAL.
    public static func walElsewhere(_ oddity: String) -> Finding {
        Finding(.wal(.elsewhere(oddity)), object: "pg_wal")
    }
}

extension Backup {
    /// Whether it is the link of a plain backup's WAL that is not followed.
    public func isLinkOfWAL(_ object: StoredObject) -> Bool {
        kind == .plain && object.oddity != nil && relativeName(of: object) == "pg_wal"
    }

    /// Objects that nobody can read, and without which the backup is none.
    public var unreadableObjects: [StoredObject] {
        objects.filter { $0.oddity != nil && !isLinkOfWAL($0) }
    }

    /// What stands among its objects and cannot be read as one.
    public var oddities: [Finding] {
        unreadableObjects.compactMap { object in object.oddity.map { .odd(relativeName(of: object), $0) } }
    }
}
