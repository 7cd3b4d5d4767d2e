// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import History
public import Settings

/// Has an authority sign when the newest checkpoint was there (RFC 3161), and keeps its answer in the history.
public struct StampCheckpoint: Sendable {
    private let authority: String?
    private let history: HistoryDatabase?

    /// Asks nobody yet.
    public init(_ configuration: Configuration, _ memory: Memory) {
        (authority, history) = (configuration.evidence?.timestamp, memory.history)
    }

    /// Does nothing where no authority is named, and where the newest checkpoint has been stamped before.
    ///
    /// `asking` sends a TimeStampReq to an address and gives what was answered.
    public func stamp(asking: (_ address: String, _ request: [UInt8]) throws -> [UInt8]) throws {
        guard let authority, let history, let note = try history.newestCheckpoint(),
            try history.newestTimestamp()?.note != note
        else { return }
        let request = TimestampRequest(SHA256.digest(of: Array(note.description.utf8)))
        let answer = try asking(authority, request.bytes)
        do throws(TimestampResponse.Refusal) { _ = try TimestampResponse(answer, to: request) } catch {
            throw OperationError.notStamped(error)
        }
        try history.add(StampedCheckpoint(note, authority: authority, response: answer))
    }
}
