// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Inspection
import ObjectStore

/// What every reading of a verification needs to have at hand.
struct ReadingContext: Sendable {
    let store: any ObjectStore
    let ledger: any Ledger
    let clock: WallClock
    let cancellation: Cancellation
    let options: VerificationOptions
    let inspections: InspectionRoom
}

/// What reading an object cost, summed over all its readings.
struct ReadingCost: Sendable, Equatable {
    var bytesRead: UInt64 = 0
    var bytesResumed: UInt64 = 0
    var seconds = 0.0
    var retries = 0

    static func += (left: inout ReadingCost, right: ReadingCost) {
        left.bytesRead &+= right.bytesRead
        left.bytesResumed &+= right.bytesResumed
        left.seconds += right.seconds
        left.retries += right.retries
    }
}

/// Why a reading did not come to its end.
enum ReadingFailure: Error {
    case store(ObjectStoreError)
    /// The memory or the output failed, so nothing that would be found out could be kept.
    case ledger(any Error)
}

extension ObjectStoreError {
    /// A store that said it had handed over all bytes, and had not, or more than those.
    ///
    /// Stores promise to tell; where a digest is taken nobody relies on it.
    static func endedEarly(_ name: ObjectName) -> ObjectStoreError {
        .misbehaving(
            "object '\(name)'", reason: "it ended without an error before all of its bytes had come")
    }
}
