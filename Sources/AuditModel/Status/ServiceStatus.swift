// SPDX-License-Identifier: Apache-2.0

/// What the service knows at one moment: of the stores it watches, of its schedule and of who is told.
///
/// `status`, metrics and the weekly summary are made of this one value.
public struct ServiceStatus: Sendable, Equatable, Codable {
    /// When it was put together.
    public var at: Timestamp
    /// The version of the program.
    public var version: String
    /// In the order of the configuration.
    public var stores: [StoreStatus]
    /// In the order of the configuration.
    public var schedules: [ScheduleStatus]
    /// Whom messages go to, in the order of the configuration.
    public var channels: [ChannelStatus]
    /// What is open, the oldest first.
    public var incidents: [Incident]

    /// Channels and incidents are for those to add who keep them.
    public init(
        at: Timestamp, version: String, stores: [StoreStatus] = [], schedules: [ScheduleStatus] = [],
        channels: [ChannelStatus] = [], incidents: [Incident] = []
    ) {
        (self.at, self.version, self.stores) = (at, version, stores)
        (self.schedules, self.channels, self.incidents) = (schedules, channels, incidents)
    }
}

/// How one entry of the schedule stands.
public struct ScheduleStatus: Sendable, Equatable, Codable {
    /// As the configuration calls it.
    public var name: String
    /// The names of the stores that it sweeps.
    public var stores: [String]
    /// The newest slot that a sweep has taken; nil when none has.
    public var lastSlot: Timestamp?
    /// The next one; nil when there is none any more.
    public var nextSlot: Timestamp?
    /// How many slots no sweep has run, for each reason that there was.
    public var givenUp: [GivenUpSlot.Reason: Int]

    /// Of an entry of which no slot was taken or given up yet, unless said otherwise.
    public init(
        name: String, stores: [String], lastSlot: Timestamp? = nil, nextSlot: Timestamp? = nil,
        givenUp: [GivenUpSlot.Reason: Int] = [:]
    ) {
        (self.name, self.stores, self.lastSlot) = (name, stores, lastSlot)
        (self.nextSlot, self.givenUp) = (nextSlot, givenUp)
    }
}

/// How one way to people stands.
public struct ChannelStatus: Sendable, Equatable, Codable {
    /// Its kind and, where there are several of that, a number.
    ///
    /// It names no address.
    public var name: String
    /// How many messages wait for it.
    public var undelivered: Int
    /// When the oldest of them was written; nil without any.
    public var waitingSince: Timestamp?
    /// When it last took one; nil when it never has.
    public var lastDelivery: Timestamp?
    /// How many messages were set aside because it refused them again and again.
    public var givenUp: Int
    /// Why the newest attempt failed, without secrets; nil when it did not.
    public var failure: String?

    /// Of a channel that no message was for yet, unless said otherwise.
    public init(
        name: String, undelivered: Int = 0, waitingSince: Timestamp? = nil, lastDelivery: Timestamp? = nil,
        givenUp: Int = 0, failure: String? = nil
    ) {
        (self.name, self.undelivered, self.waitingSince) = (name, undelivered, waitingSince)
        (self.lastDelivery, self.givenUp, self.failure) = (lastDelivery, givenUp, failure)
    }
}

/// As the key of an object in JSON.
extension GivenUpSlot.Reason: CodingKeyRepresentable {}
