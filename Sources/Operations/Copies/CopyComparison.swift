// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore

/// Holds what a second store has of one backup against what the first one has; acts on nothing.
struct CopyComparison {
    private(set) var result: CopiedBackup

    /// How many differences of a backup are named.
    private static let mostNamed = 100

    /// The pins are those of the versions that the listings show.
    init(
        _ backup: Backup, _ copy: Backup?, pins: [ObjectName: Pin], copyPins: [ObjectName: Pin]
    ) {
        result = CopiedBackup(
            label: backup.label, written: backup.newest, objects: backup.objects.count, isThere: copy != nil)
        guard let copy else { return }
        let there = Dictionary(copy.objects.map { (copy.relativeName(of: $0), $0.size) }) { first, _ in first
        }
        var shown: [Timestamp] = []
        for object in backup.objects {
            let name = backup.relativeName(of: object)
            guard let kind = difference(object.size, there[name], pins[name], copyPins[name]) else {
                if let pin = copyPins[name], pin.sha256 == pins[name]?.sha256 {
                    result.same += 1
                    shown.append(pin.lastGood ?? pin.since)
                }
                continue
            }
            note(CopyDifference(object: name, kind: kind))
        }
        if result.state == .same { result.lastShown = shown.min() }
    }

    /// Nil also where nobody knows.
    private func difference(
        _ size: UInt64, _ found: UInt64?, _ pin: Pin?, _ copyPin: Pin?
    ) -> CopyDifference.Kind? {
        guard let found else { return .absent }
        guard found == size else { return .size(expected: size, found: found) }
        guard let pin, let copyPin, pin.sha256 != copyPin.sha256, pin.isFirm, copyPin.isFirm else {
            return nil
        }
        return .digest(expected: pin.sha256, found: copyPin.sha256)
    }

    private mutating func note(_ difference: CopyDifference) {
        if difference.kind == .absent { result.absent += 1 } else { result.differing += 1 }
        if result.differences.count < Self.mostNamed { result.differences.append(difference) }
    }
}

extension Pin {
    /// Nothing bad is said of a copy after one reading that nothing attests.
    ///
    /// The end of the run that pinned it is a good reading, too; no run takes half a day from one object to its end.
    fileprivate var isFirm: Bool {
        isAttested || lastGood.map { $0 > since.advanced(bySeconds: 43_200) } ?? false
    }
}
