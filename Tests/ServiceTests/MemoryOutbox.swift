// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Service
import Synchronization

/// Keeps messages for as long as a test lives.
final class MemoryOutbox: Outbox {
    private struct Entry {
        var channel: String
        var waiting: WaitingMessage
        var end: WaitingMessage.End?
        var endedAt: Timestamp?
        var failure: String?
    }

    private let entries = Mutex<[Entry]>([])

    func keep(_ message: Message, for channel: String) {
        entries.withLock { entries in
            guard !entries.contains(where: { $0.channel == channel && $0.waiting.message.id == message.id })
            else { return }
            let id = WaitingMessage.ID(Int64(entries.count))
            entries.append(Entry(channel: channel, waiting: WaitingMessage(id: id, message: message)))
        }
    }

    func next(for channel: String) -> WaitingMessage? {
        entries.withLock { $0.first { $0.channel == channel && $0.end == nil }?.waiting }
    }

    func end(_ message: WaitingMessage.ID, _ end: WaitingMessage.End, at time: Timestamp) {
        change(message) { ($0.end, $0.endedAt, $0.failure) = (end, time, nil) }
    }

    func postpone(_ message: WaitingMessage.ID, _ failure: WaitingMessage.Failure) {
        change(message) { entry in
            entry.waiting.attempts += 1
            if failure.isRefusal { entry.waiting.refusals += 1 }
            (entry.waiting.notBefore, entry.failure) = (failure.notBefore, failure.reason)
        }
    }

    func standings(of channels: [String]) -> [ChannelStatus] {
        entries.withLock { entries in
            channels.map { name in Self.standing(name, entries.filter { $0.channel == name }) }
        }
    }

    private func change(_ message: WaitingMessage.ID, _ body: (inout Entry) -> Void) {
        entries.withLock { entries in
            // They are numbered by their places.
            let place = Int(message.value)
            if entries.indices.contains(place) { body(&entries[place]) }
        }
    }

    private static func standing(_ name: String, _ entries: [Entry]) -> ChannelStatus {
        let waiting = entries.filter { $0.end == nil }
        return ChannelStatus(
            name: name, undelivered: waiting.count,
            waitingSince: waiting.map(\.waiting.message.written).min(),
            lastDelivery: entries.filter { $0.end == .delivered }.compactMap(\.endedAt).max(),
            givenUp: entries.count { $0.end == .givenUp }, failure: waiting.first?.failure)
    }
}
