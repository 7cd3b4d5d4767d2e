// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import History
public import Settings

/// Keeps the newest checkpoint in other places, where whoever can write the history need not be able to write.
///
/// Each has a name of its own, by history, number of leaves and root: no later one takes its place, and Object Lock of a bucket holds each.
public struct CopyCheckpoint: Sendable {
    private let places: [StorePlace]
    private let configuration: Configuration
    private let history: HistoryDatabase?
    private let context: OperationContext

    /// Opens nothing yet.
    public init(_ configuration: Configuration, _ memory: Memory, _ context: OperationContext) {
        places = configuration.evidence?.copies ?? []
        (self.configuration, self.context) = (configuration, context)
        history = memory.history
    }

    /// The note itself; nil before the first.
    public func newest() throws -> String? { try history?.newestCheckpoint()?.description }

    /// Puts it into every place; one that cannot take it stops no other.
    ///
    /// Throws what went wrong first.
    public func copy() throws {
        guard !places.isEmpty, let note = try history?.newestCheckpoint(),
            let checkpoint = Checkpoint(note.text)
        else { return }
        let digits = "\(checkpoint.size)"
        let zeros = String(repeating: "0", count: max(0, 10 - digits.count))
        let history = checkpoint.origin.split(separator: "/").last?.prefix(8) ?? ""
        var failure: (any Error)?
        let name = "\(history)-\(zeros)\(digits)-\(checkpoint.root.hex.prefix(8))"
        let stamped = try self.history?.newestTimestamp().flatMap { $0.note == note ? $0.response : nil }
        for place in places {
            do {
                let place = try opened(place)
                _ = try place.put(Array(note.description.utf8), named: "\(name).checkpoint")
                if let stamped { _ = try place.put(stamped, named: "\(name).tsr") }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func opened(_ place: StorePlace) throws -> any MeetingPlace {
        switch place {
        case .location(let path): try MeetingPlaces(nil, context).place(path)
        case .store(let name):
            try MeetingPlaces(configuration.store(name), context).place(configuration.store(name).location)
        }
    }
}
