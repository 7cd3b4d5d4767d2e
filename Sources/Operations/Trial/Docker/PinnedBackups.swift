// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import History

/// What the history knows of the bytes of backups, which a container does not get to see.
struct PinnedBackups {
    private let places: [String: BackupPlace]
    private let memory: Memory

    init(_ backups: [Backup], inStoreAt url: String, _ memory: Memory) {
        places = Dictionary(backups.map { ($0.label, $0.place(inStoreAt: url)) }) { first, _ in first }
        self.memory = memory
    }

    /// Of backups at these places, by their labels.
    init(places: [String: BackupPlace], _ memory: Memory) { (self.places, self.memory) = (places, memory) }

    /// The first object that agrees with its checksums now and has other bytes than were attested before; nil where there is
    /// none.
    ///
    /// Bytes and checksums changed together then, as a verification would find. Throws when the history cannot be read: nobody
    /// knows then whether they are those of before.
    func contradiction(of label: String, _ objects: [InsideEvent.SoundObject]) throws -> Finding? {
        guard let place = places[label], let pins = try memory.history?.memory(of: place).pins else {
            return nil
        }
        for object in objects {
            guard let pin = pins[object.name], pin.isAttested, pin.sha256 != object.sha256 else { continue }
            return Finding(
                .bytes(
                    .changedWithChecksum(
                        expected: pin.sha256, found: object.sha256.plain, pinned: pin.since)),
                object: object.name, cause: .overwritten)
        }
        return nil
    }
}
