// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres

extension RestoreError {
    /// What the failure of a private server is to a restore: the same, in the same words.
    init(_ error: PrivatePostgresError) {
        self =
            switch error {
            case .argumentMissing(let what, let hint): .argumentMissing(what, hint: hint)
            case .usage(let what, let hint): .usage(what, hint: hint)
            case .commandNotFound(let what, let hint): .commandNotFound(what, hint: hint)
            case .unsafeDirectory(let path, let reason, let hint):
                .unsafeTarget(path, reason: reason, hint: hint)
            case .noSpace(let path, let needed, let available):
                .noSpace(path, needed: needed, available: available)
            case .machineShort, .killed: .machineShort(error.message, hints: error.hints)
            case .machineFailed(let step, let reason, let hint):
                .machineFailed(step, reason: reason, hint: hint)
            case .failed(let step, let reason, let hint): .failed(step, reason: reason, hint: hint)
            case .targetMissed(let missed): .targetMissed(MissedTargetReport(missed))
            case .interrupted(let status): .interrupted(status)
            }
    }

    /// Does something with a private server, whose failure becomes a restore's.
    static func translating<Value: ~Copyable>(
        _ body: () throws(PrivatePostgresError) -> Value
    ) throws(RestoreError) -> Value {
        do { return try body() } catch { throw RestoreError(error) }
    }
}
