// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Says of each backup what was found, as soon as its verdict stands.
struct VerdictLines: VerificationObserver {
    private let text: VerifyText
    private let isVerbose: Bool

    init(_ text: VerifyText, isVerbose: Bool) { (self.text, self.isVerbose) = (text, isVerbose) }

    func backupStarted(_ meter: BackupMeter) {}

    func backupFinished(_ report: BackupReport) { text.say(report, isVerbose: isVerbose) }
}

/// Several who watch one verification, told in their order.
struct Watchers: VerificationObserver {
    private let watchers: [any VerificationObserver]

    init(_ watchers: [any VerificationObserver]) { self.watchers = watchers }

    func backupStarted(_ meter: BackupMeter) {
        for watcher in watchers { watcher.backupStarted(meter) }
    }

    func backupFinished(_ report: BackupReport) {
        for watcher in watchers { watcher.backupFinished(report) }
    }
}
