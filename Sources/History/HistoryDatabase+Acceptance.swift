// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase {
    /// Accepts what a tampered backup holds now: its next verification compares with that.
    ///
    /// Every object that was tampered when it was last read, the sum file included, gets a new pin with the
    /// digest read then, whatever runs came after without reading it. An event keeps label, reason, person
    /// and time. Refused when the label is unknown or stands in several places, when the newest verdict on
    /// the bytes is not `tampered`, and while a run holds the backup.
    ///
    /// `place`, a place or a folder of places, chooses among equal labels; `who` is the person's name as the
    /// operating system knows it.
    public func accept(
        label: String, place: String? = nil, reason: String, who: String
    ) throws -> [Accepted] {
        guard !reason.allSatisfy(\.isWhitespace) else { throw HistoryError.emptyReason }
        return try writeSealed { db in
            let (backup, place) = try theBackup(label: label, place: place, db)
            try refuseWhileLocked(place, backup, db)
            let accepted = try acceptObjects(of: backup, place, db)
            guard !accepted.isEmpty else { throw HistoryError.alreadyAccepted(place) }
            let names = accepted.map { "'\($0.object)'" }.joined(separator: ", ")
            let event = try Event(
                .acceptance, at: clock.now, backup: backup, who: who,
                text: "\(label): \(names) accepted: \(reason)"
            ).insert(db)
            try addLeaf(.event, event, db)
            return accepted
        }
    }

    /// The one backup with this label; refused when none or several have it.
    func theBackup(label: String, place: String?, _ db: Database) throws -> (Int64, BackupPlace) {
        let filter = HistoryFilter(label: label, place: place)
        let rows = try Query("SELECT id, url, label FROM backup", filter).rows(db, order: "url")
        guard let row = rows.first else { throw HistoryError.unknownLabel(label) }
        guard rows.count == 1 else {
            throw HistoryError.ambiguousLabel(label, places: rows.map { $0["url"] })
        }
        return (row["id"], BackupPlace(row))
    }

    private func acceptObjects(of backup: Int64, _ place: BackupPlace, _ db: Database) throws -> [Accepted] {
        let pins = try PinTable.current(of: backup, db)
        let tampering = try OpenTampering(of: backup, pins: pins, db)
        guard tampering.verdict == .tampered else { throw HistoryError.notTampered(place, tampering.verdict) }
        return try tampering.rows.compactMap { try accept($0, in: place, pins: pins, db) }
    }

    /// Pins the digest of a tampered reading.
    private func accept(
        _ row: Row, in place: BackupPlace, pins: [ObjectName: Pin], _ db: Database
    ) throws -> Accepted? {
        guard let name = row.objectName("name") else { return nil }
        guard let sha256: String = row["sha256"] else {
            return try acceptRemoval(row, name, place, pins[name], db)
        }
        let validators = Validators(row) ?? Validators(size: row.bytes("object_size") ?? 0)
        let pin = Pin(sha256: sha256, validators: validators, isAttested: true, since: row.time("ended"))
        let change = PinChange(object: name, pin: pin, reason: .accepted)
        try PinTable.add([(change, row["object"])], run: nil, db)
        return Accepted(place: place, object: name, previous: pins[name]?.sha256, sha256: sha256)
    }

    /// An object that went away together with its checksum: nothing is expected of it from now on.
    private func acceptRemoval(
        _ row: Row, _ name: ObjectName, _ place: BackupPlace, _ pin: Pin?, _ db: Database
    ) throws -> Accepted? {
        guard var pin else { return nil }
        pin.midstates = nil
        let change = PinChange(object: name, pin: pin, reason: .removed)
        try PinTable.add([(change, row["object"])], run: nil, db)
        return Accepted(place: place, object: name, previous: pin.sha256, sha256: nil)
    }
}
