// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres

extension RestoreWork {
    private var preparation: StartPreparation {
        StartPreparation(
            request: request, token: plan.identity.token,
            binaries: plan.binaries?.directory ?? request.binaries, noted: world.observer.noted)
    }

    /// Sees to the files that the first start will read.
    mutating func configure(_ target: any RestoreTarget, _ version: Int) throws(RestoreError) {
        report.take(try preparation.prepare(target.data, version))
    }

    /// Says of settings that an earlier run has settled what there is to say; nothing is changed.
    mutating func tellSettings() {
        guard report.firstStart == nil, let settled = preparation.settled() else { return }
        report.take(settled)
    }
}

extension RestoreReport {
    mutating func take(_ outcome: StartPreparation.Outcome) {
        (made, firstStart, takenOut) = (outcome.made, outcome.start, outcome.takenOut)
        (archivingOff, startCommands) = (outcome.archivingOff, outcome.commands)
    }
}
