// SPDX-License-Identifier: Apache-2.0
import Diagnostics
public import HTTP
public import Settings

/// Tells a dead man's switch (healthchecks and those like it) that a sweep began and how it ended.
///
/// Nothing of it is kept for later: a ping that comes late says something untrue, and one that does not
/// come is the alarm.
public struct Ping: Sendable {
    /// What is told.
    public enum Event: Sendable, Equatable {
        case start
        /// With the summary of the sweep.
        case success(String)
        /// With the summary of the sweep.
        case fail(String)
    }

    /// Bytes of a summary that are sent: healthchecks takes 100 kB, others less.
    fileprivate static let longestSummary = 10_000

    /// By which the log knows it: `ping`, or `ping-2` for the second one.
    public let name: String
    /// The entry of the schedule whose sweeps it is told of; nil for all.
    public let schedule: String?
    private let url: NamedValue
    private let post: WebPost

    /// Reads no URL yet; told of the sweeps of all schedules where `schedule` is nil.
    public init(
        name: String, schedule: String? = nil, url: NamedValue, options: HTTPClient.Options = .init()
    ) {
        (self.name, self.schedule, self.url, post) = (name, schedule, url, WebPost(options))
    }

    /// Returns when it was taken; an error changes nothing about the sweep.
    public func tell(_ event: Event) throws(DeliveryError) {
        let base = try url.current(for: "the URL of '\(name)'").revealed
        let query = base.firstIndex(of: "?") ?? base.endIndex
        var path = String(base[..<query])
        if path.last == "/" { path.removeLast() }
        let url = Secret(path + event.path + base[query...])
        try post.send(event.body, to: url, headers: [("Content-Type", "text/plain; charset=utf-8")])
    }
}

extension Ping.Event {
    fileprivate var path: String {
        switch self {
        case .start: "/start"
        case .success: ""
        case .fail: "/fail"
        }
    }

    fileprivate var body: [UInt8] {
        switch self {
        case .start: []
        case .success(let summary), .fail(let summary): Self.beginning(of: summary)
        }
    }

    /// Whole characters only.
    private static func beginning(of text: String) -> [UInt8] {
        guard text.utf8.count > Ping.longestSummary else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            guard bytes.count + next.count <= Ping.longestSummary else { break }
            bytes += next
        }
        return bytes
    }
}
