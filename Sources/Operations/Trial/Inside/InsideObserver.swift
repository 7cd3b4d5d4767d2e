// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres
import Restorer
import StoreLending
import Synchronization

/// Tells the process outside how far a trial is.
///
/// What cannot be told any more is left: without anybody outside this process ends.
final class InsideObserver: RestoreObserver, VerificationObserver {
    private let outside: StoreBorrower
    private let meters = Mutex<[(meter: BackupMeter, told: UInt64)]>([])

    init(_ outside: StoreBorrower) { self.outside = outside }

    func tell(_ event: InsideEvent) { try? outside.say(event.message) }

    /// In parts, each of which a message can hold.
    func tell(_ seen: SeenBaseline) {
        var rest = seen.baseline.relations[...]
        var head = seen
        head.baseline.relations = []
        tell(.seen(head))
        while !rest.isEmpty {
            tell(.relations(Array(rest.prefix(5000))))
            rest = rest.dropFirst(5000)
        }
    }

    func began(_ phase: RestorePhase.Name, bytes: UInt64?) { tell(.began(phase, bytes: bytes)) }

    func recovered(_ progress: RecoveryProgress) {
        tell(
            .recovered(
                start: progress.start.position, replayed: progress.replayed.position,
                end: progress.end?.position))
    }

    func copied(_ bytes: UInt64) { tell(.copied(bytes)) }
    func scriptBegan(_ name: String) {}
    func looked(at database: Int, of count: Int) { tell(.looked(database, of: count)) }
    func asking(_ check: String) { tell(.asking(check)) }
    func noted(_ text: String) { tell(.noted(text)) }

    func backupStarted(_ meter: BackupMeter) {
        meters.withLock { meters in
            meters.append((meter, 0))
            tell(.reading(label: meter.label, bytes: meter.bytes))
        }
    }

    func backupFinished(_ report: BackupReport) {
        tellMeters()
        let sound = report.objects.compactMap { object in
            object.verdict == .verified
                ? object.sha256.map { InsideEvent.SoundObject(name: object.name, sha256: $0) } : nil
        }
        for start in stride(from: 0, to: sound.count, by: Self.mostAtOnce) {
            let part = sound[start..<min(start + Self.mostAtOnce, sound.count)]
            tell(.sound(label: report.label, Array(part)))
        }
    }

    /// Objects in one message.
    private static let mostAtOnce = 10_000

    /// How far reading has come since this was last told.
    func tellMeters() {
        meters.withLock { meters in
            for index in meters.indices {
                let done = meters[index].meter.done
                guard done > meters[index].told else { continue }
                tell(.advanced(backup: index, bytes: done - meters[index].told))
                meters[index].told = done
            }
        }
    }
}
