// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Foundation

/// A time zone by its name in the IANA database, with the rules by which its clocks are put forward and back.
///
/// A civil time is what a clock on the wall there shows, as seconds since 1970 in a calendar that knows no zones. One
/// that the clocks skip stands for the moment after the gap, and one that comes twice for its first time: so each civil
/// time is one instant, and a later one is never an earlier instant.
public struct CivilZone: Sendable, Hashable {
    /// As it was given, such as `Europe/Paris`.
    public let name: String
    private let zone: TimeZone

    /// The zone that counts where nobody names one.
    public static let utc = CivilZone(name: "UTC", zone: .gmt)

    /// Fails for a name that no rules are known for.
    public init(named name: String) throws(CivilZoneError) {
        guard name != "UTC" else {
            self = .utc
            return
        }
        guard let zone = TimeZone(identifier: name) else {
            throw .unknown(name, near: Self.names(like: name))
        }
        self.init(name: name, zone: zone)
    }

    private init(name: String, zone: TimeZone) { (self.name, self.zone) = (name, zone) }

    /// Two zones of one name follow the same rules.
    public static func == (left: CivilZone, right: CivilZone) -> Bool { left.name == right.name }

    /// By its name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// By how much clocks there are ahead of UTC at an instant, in seconds.
    public func offset(at time: Timestamp) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.seconds))))
    }

    /// What a clock there shows.
    func civil(at time: Timestamp) -> Timestamp {
        Timestamp(seconds: time.seconds).advanced(bySeconds: offset(at: time))
    }

    /// When a clock there first shows a civil time, or the moment after the gap that it is in.
    public func instant(ofCivil civil: Timestamp) -> Timestamp {
        // No offset is beyond 14 hours, and no zone changes its twice in so short a time.
        let before = offset(at: civil.advanced(bySeconds: -Self.reach))
        let after = offset(at: civil.advanced(bySeconds: Self.reach))
        let first = civil.advanced(bySeconds: -before)
        if before == after || offset(at: first) == before { return first }
        let second = civil.advanced(bySeconds: -after)
        return offset(at: second) == after ? second : change(between: second, and: first, to: after)
    }

    private static let reach: Int64 = 15 * 3600

    /// The first second from which on an offset holds that does not yet hold at `early` and holds at `late`.
    private func change(between early: Timestamp, and late: Timestamp, to offset: Int64) -> Timestamp {
        var (early, late) = (early.seconds, late.seconds)
        while late - early > 1 {
            let middle = early + (late - early) / 2
            if self.offset(at: Timestamp(seconds: middle)) == offset { late = middle } else { early = middle }
        }
        return Timestamp(seconds: late)
    }

    private static func names(like name: String) -> [String] {
        let wanted = name.lowercased().split(separator: "/").last.map(String.init) ?? ""
        guard wanted.count > 2 else { return [] }
        return Array(
            TimeZone.knownTimeZoneIdentifiers.filter { $0.lowercased().contains(wanted) }.sorted().prefix(3))
    }
}

/// Why there is no such zone.
public enum CivilZoneError: UserError, Equatable {
    /// `near`: names that were perhaps meant.
    case unknown(String, near: [String])

    /// Names the zone as it was given.
    public var message: String {
        switch self {
        case .unknown(let name, _): "unknown time zone '\(ObjectName(name))'"
        }
    }

    /// One: up to three names that are like it, else what names look like.
    public var hints: [String] {
        switch self {
        case .unknown(_, let near):
            near.isEmpty
                ? ["Zones have names such as Europe/Paris, America/New_York and UTC."]
                : ["Similar names: \(near.joined(separator: ", "))."]
        }
    }

    /// 14: zones are what somebody has written.
    public var exitStatus: ExitStatus { .usage }
}
