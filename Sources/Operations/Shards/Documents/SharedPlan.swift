// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import Digests
import Foundation
public import Planning
import StoreLending

/// The plan of a sweep that several machines do parts of, and all that they need to know for it.
///
/// No secret is in it, and no machine but the one that merges needs the history.
public struct SharedPlan: Sendable, Equatable, Codable {
    static let schema = "pg_backctl.shared-plan/1"

    let schema: String
    /// Made by chance with the plan.
    public let id: String
    /// The identity of the history that it was made from.
    let history: String
    /// The entry of the schedule that it was made for; nil for none.
    public let schedule: String?
    /// Whole verifications alone: trials and parts are left to sweeps of one machine.
    public let plan: SweepPlan
    /// As the plan has it, to the nanosecond.
    private let written: WrittenTime
    let stores: [SharedStore]
    /// One for each work of the plan, in that order.
    let backups: [SharedBackup]

    init(history: String, schedule: String?, plan: SweepPlan, stores: [SharedStore], backups: [SharedBackup])
    {
        (schema, id, self.history) = (Self.schema, RandomName.make(), history)
        (self.schedule, self.plan, self.stores, self.backups) = (schedule, plan, stores, backups)
        written = WrittenTime(plan.made)
    }

    /// Reads what `document` wrote; throws 6 for what nobody with the secret wrote.
    ///
    /// `name` is what errors call it.
    public init(document bytes: [UInt8], named name: String, secret: Secret) throws(ShardError) {
        let plan = try SignedDocument(Self.schema, secret).value(SharedPlan.self, of: bytes, named: name)
        guard plan.isSane else { throw .refused(name, reason: "its parts do not fit each other") }
        self = plan
    }

    /// Takes a plan out of its place; throws 6 for what nobody with the secret wrote.
    public init(at point: MeetingPoint, secret: Secret) throws(ShardError) {
        try self.init(
            document: point.place.document(named: point.name), named: point.path, secret: secret)
    }

    /// The plan, signed.
    public func document(secret: Secret) throws -> [UInt8] {
        try SignedDocument(Self.schema, secret).bytes(of: self)
    }

    /// When it was made: what was judged later is judged better than by what is read for it.
    var made: Timestamp { written.time }

    /// The names of all stores that it was made for.
    public var storeNames: [String] { stores.map(\.name) }

    /// Those of the stores whose backups are read.
    public var storesToRead: Set<String> { Set(plan.work.map(\.backup.store)) }

    /// Throws where the store was not there when the plan was made; one that nobody could look at then may be anywhere.
    func check(_ store: String, isAt url: String) throws(ShardError) {
        guard let planned = stores.first(where: { $0.name == store })?.url, planned != url else { return }
        throw .elsewhere(store: store, url: url)
    }

    /// What each of so many shards has to read, by the places of works in the plan.
    ///
    /// Where nothing is to be read, nothing is: that is left to who draws the verdict.
    func parts(of count: Int) -> [[Int: ShardPart]] {
        plan.shards(count).map { shard in
            ShardPart.all(of: shard).filter { !$0.value.isEmpty && plan.work[$0.key].level > .listed }
        }
    }

    /// A program with an error may have the secret, too: what is counted and indexed must be there.
    private var isSane: Bool {
        guard schema == Self.schema, RandomName.isOne(id), RandomName.isOne(history),
            backups.count == plan.work.count,
            let bytes = try? plan.document(), (try? SweepPlan(document: bytes)) != nil
        else { return false }
        return Set(storeNames).count == stores.count && made.seconds == plan.made.seconds
            && zip(plan.work, backups).allSatisfy { $0.kind == .verify && fits($1, $0.backup) }
            && backups.allSatisfy { $0.pins.allSatisfy(\.isSane) }
    }

    /// Whether it is what the history calls the backup of this work.
    private func fits(_ backup: SharedBackup, _ key: BackupKey) -> Bool {
        guard let url = stores.first(where: { $0.name == key.store })?.url else { return false }
        return backup.url == url || backup.url == "\(url)/\(key.label)"
    }
}

/// A store of a shared plan.
struct SharedStore: Sendable, Equatable, Codable {
    /// As the configuration calls it.
    var name: String
    /// Where it is, as the history calls it; nil where nobody could look.
    var url: String?
}

/// What is remembered of one backup of a shared plan.
struct SharedBackup: Sendable, Equatable, Codable {
    var url: String
    var label: String
    var pins: [SharedPin]

    var place: BackupPlace { BackupPlace(url: url, label: label) }

    /// By object: there may be thousands.
    var pinsByObject: [ObjectName: SharedPin] {
        Dictionary(pins.map { ($0.object, $0) }) { first, _ in first }
    }
}

/// A pin with the states that it seals.
struct SharedPin: Sendable, Equatable, Codable {
    var object: ObjectName
    private var written: WrittenPin
    /// As `Midstates` has them; nil where none are kept.
    var states: Data?

    init(_ object: ObjectName, _ pin: Pin, _ midstates: Midstates?) {
        (self.object, written) = (object, WrittenPin(pin))
        states = midstates.flatMap { $0.count > 0 ? Data($0.states) : nil }
    }

    var pin: Pin { written.pin }

    var midstates: Midstates? {
        guard let states, let seal = pin.midstates else { return nil }
        return Midstates(chunkSize: seal.chunkSize, states: Array(states))
    }

    /// How many chunks can be proven alone; nil when none can.
    var chunks: Int? { midstates.map { $0.count + 1 } }

    var isSane: Bool {
        guard SHA256Digest(hex: pin.sha256) != nil else { return false }
        guard let states else { return true }
        guard let chunk = pin.midstates?.chunkSize, chunk > 0, chunk % 64 == 0, !states.isEmpty,
            states.count % 32 == 0, pin.validators.size > 0
        else { return false }
        return UInt64(states.count / 32) == (pin.validators.size - 1) / chunk
    }
}

/// A pin with its times to the nanosecond, which their usual text has not.
private struct WrittenPin: Sendable, Equatable, Codable {
    var sha256: String
    var validators: WrittenValidators
    var isAttested: Bool
    var midstates: MidstateSeal?
    var since: WrittenTime

    init(_ pin: Pin) {
        (sha256, validators, isAttested) = (pin.sha256, WrittenValidators(pin.validators), pin.isAttested)
        (midstates, since) = (pin.midstates, WrittenTime(pin.since))
    }

    var pin: Pin {
        Pin(
            sha256: sha256, validators: validators.validators, isAttested: isAttested, midstates: midstates,
            since: since.time)
    }
}
