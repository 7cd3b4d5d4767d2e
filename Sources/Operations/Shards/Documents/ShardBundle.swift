// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import StoreLending

/// What one shard of a plan has proven.
///
/// It says what was read and found sound. What was not is only named: it is read again where the verdict is drawn.
struct ShardBundle: Sendable, Equatable, Codable {
    static let schema = "pg_backctl.shard-bundle/1"

    let schema: String
    /// Made by chance with the bundle.
    var id: String
    /// The plan that it is a part of, and the history that it is for.
    var plan, history: String
    /// From 0, of so many.
    var shard, shards: Int
    var made: Timestamp
    var toolVersion: String
    /// One for each work of the plan that the shard has a part of, in that order.
    var results: [SharedResult]

    init(of plan: SharedPlan, shard: Int, of shards: Int, made: Timestamp, by toolVersion: String) {
        (schema, id, self.plan, history) = (Self.schema, RandomName.make(), plan.id, plan.history)
        (self.shard, self.shards, self.made, self.toolVersion) = (shard, shards, made, toolVersion)
        results = []
    }

    /// Reads what `document` wrote; throws 6 for what nobody with the secret wrote.
    init(document bytes: [UInt8], named name: String, secret: Secret) throws(ShardError) {
        self = try SignedDocument(Self.schema, secret).value(ShardBundle.self, of: bytes, named: name)
    }

    /// The bundle, signed.
    func document(secret: Secret) throws -> [UInt8] {
        try SignedDocument(Self.schema, secret).bytes(of: self)
    }

    /// The name of its file.
    var fileName: String { "\(plan)-\(shard)-of-\(shards)-\(id)\(Self.ending)" }
    static let ending = ".bundle"
}

/// What a shard has proven of one backup.
struct SharedResult: Sendable, Equatable, Codable {
    /// By its place in the plan.
    var work: Int
    /// False where the shard was stopped before its end.
    var isDone: Bool
    /// Those that it has read, or a part of them, and found sound.
    var objects: [ProvenObject] = []
    /// Those that it has read, or a part of them, and not found sound, in the order of their names.
    var doubtful: [ObjectName] = []
    /// New ones of objects that it found sound, where all of the backup is this shard's.
    var pins: [NewPin] = []
    /// What it holds, where all of the backup is this shard's and it was taken apart.
    var inspection: InspectionRecord?
}

/// What a shard has proven of one object.
struct ProvenObject: Sendable, Equatable, Codable {
    enum Extent: Sendable, Equatable, Codable {
        /// Every byte, which have this digest, and what a first reading has taken along.
        case whole(sha256: String, states: TakenStates?)
        /// Chunks, in the order of the object, against its pin.
        case chunks([Range<Int>])
    }

    var name: ObjectName
    private var version: WrittenValidators
    private var began: WrittenTime
    var extent: Extent
    /// What reading it cost.
    var bytesRead: UInt64
    var seconds: Double
    var retries: Int

    init(
        name: ObjectName, validators: Validators, at: Timestamp, extent: Extent, bytesRead: UInt64 = 0,
        seconds: Double = 0, retries: Int = 0
    ) {
        (self.name, version, began) = (name, WrittenValidators(validators), WrittenTime(at))
        (self.extent, self.bytesRead) = (extent, bytesRead)
        (self.seconds, self.retries) = (seconds, retries)
    }

    /// Of the version that was read.
    var validators: Validators { version.validators }
    /// When its reading began.
    var at: Timestamp { began.time }
    /// Whether it was shown chunk by chunk.
    var isInChunks: Bool { if case .chunks = extent { true } else { false } }
}

/// The states of a first reading.
struct TakenStates: Sendable, Equatable, Codable {
    var chunkSize: UInt64
    var states: Data

    init?(_ midstates: Midstates?) {
        guard let midstates, midstates.count > 0 else { return nil }
        (chunkSize, states) = (midstates.chunkSize, Data(midstates.states))
    }

    var midstates: Midstates { Midstates(chunkSize: chunkSize, states: Array(states)) }
}

/// A pin that a shard has made.
struct NewPin: Sendable, Equatable, Codable {
    var pin: SharedPin
    var reason: PinChange.Reason

    init(_ change: PinChange) {
        (pin, reason) = (SharedPin(change.object, change.pin, change.midstates), change.reason)
    }

    /// As if this machine had made it, between these two times: a clock that says otherwise is wrong.
    func change(after made: Timestamp, before now: Timestamp) -> PinChange {
        var own = pin.pin
        if !(made <= own.since && own.since <= now) { own.since = made }
        return PinChange(object: pin.object, pin: own, midstates: pin.midstates, reason: reason)
    }
}
