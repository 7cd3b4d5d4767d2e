// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A trial restore with the numbers that tell of time.
func trial(
    _ id: Int64, of url: String = "/srv/backups/A", runtime: TrialStart.Runtime = .local,
    cluster: UInt64? = nil, answer: Double?, phases: [RestorePhase] = []
) -> TrialLine {
    let label = url.split(separator: "/").last.map { String($0) } ?? ""
    let start = TrialStart(
        place: BackupPlace(url: url, label: label), runtime: runtime, scratch: "/var/tmp/t",
        goal: "end of backup", replaysArchive: false, started: Timestamp(seconds: 0), toolVersion: "1.0")
    var end = TrialEnd(exitStatus: 0, level: .restored, phases: phases, ended: Timestamp(seconds: 100))
    (end.secondsToAnswer, end.systemIdentifier) = (answer, cluster)
    let process = ProcessIdentity(host: "h", bootID: "b", pid: 1, startTime: 1)
    return TrialLine(id: TrialID(id), state: .ended, start: start, end: end, process: process)
}
