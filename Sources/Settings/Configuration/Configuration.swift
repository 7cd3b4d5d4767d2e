// SPDX-License-Identifier: Apache-2.0
public import YAML

/// What the one configuration file says: the stores, what is expected of them, when they are verified, who is told.
///
/// Values alone: no secret is in it, only where each is read when it is used.
public struct Configuration: Sendable, Equatable {
    /// Where the file is when nobody names one.
    public static let usualPath = "/etc/pg_backctl/pg_backctl.yaml"

    /// The file that it was read from, as it was named.
    public var file: String
    /// The file of the history; nil where nobody says.
    public var history: String?
    /// In the order of the file, and then the places of their copies that are no stores of their own; no two have one name.
    public var stores: [StoreConfiguration] = []
    /// In the order of the file; no two have one name.
    public var schedule: [ScheduleEntry] = []
    /// Who is told of what.
    public var notify: [NotifyChannel] = []
    /// What is written down regularly, for people who were not there.
    public var reports: [ReportEntry] = []
    /// How the record is made fit to be shown as evidence; nil where nobody asks for it.
    public var evidence: EvidenceConfiguration?
    /// Where the service answers; nil where it does not.
    public var serve: ServeConfiguration?
    /// The file that Prometheus' node exporter reads metrics from.
    public var metricsFile: String?
    /// How several machines share a sweep; nil where they do not.
    public var shards: ShardsConfiguration?

    init(file: String) { self.file = file }

    /// The store of a name; throws what names there are.
    public func store(_ name: String) throws(ConfigurationError) -> StoreConfiguration {
        if let store = stores.first(where: { $0.name == name }) { return store }
        throw .noSuchStore(name, names: stores.map(\.name), file: file)
    }
}

/// How several machines share a sweep.
public struct ShardsConfiguration: Sendable, Equatable {
    /// What plans and bundles are signed with.
    public var secret: SecretName
    /// How the buckets are reached in which they are kept: a store without a location.
    public var reach: StoreConfiguration
}

/// A value that somebody else judges, with the place to name when it is wrong.
public struct Placed<Value: Sendable & Equatable>: Sendable, Equatable {
    /// As it stands in the file, not judged yet.
    public var value: Value
    /// Its line and column in the file, from 1.
    public var place: TextPlace

    init(_ value: Value, at place: TextPlace) { (self.value, self.place) = (value, place) }
}
