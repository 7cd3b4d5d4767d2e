// SPDX-License-Identifier: Apache-2.0
import AuditModel
import WALArchive

/// A moment of the time that a backup can be recovered to, by chance: over many trials all of the archive is proven.
struct RandomMoment {
    let time: Timestamp

    /// The same for the same window and seed; throws where the window has no times.
    init(in window: RecoverableWindow?, after backup: Timestamp?, seed: UInt64) throws(OperationError) {
        guard let window, window.trouble == nil, let last = window.latest.time,
            let first = window.earliest.time ?? backup, first < last
        else {
            throw .usage(
                "the WAL archive has no transactions behind the backup among which a time can be taken",
                hint: "leave out --random-time, or name an archive that goes on after the backup.")
        }
        var generator = SplitMix64(state: seed)
        let seconds = UInt64(last.seconds - first.seconds)
        // Recovery stops before the first transaction that ends after the time, so there has to be one.
        time = Timestamp(seconds: first.seconds + Int64(generator.next() % max(1, seconds)))
    }
}
