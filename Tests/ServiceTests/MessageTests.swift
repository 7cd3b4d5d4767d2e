// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Service
import Testing

@Suite struct MessageTests {
    @Test func `an incident says what it means, since when, what is next best and what to type`() throws {
        let message = Message(.damaged, at: night)
        #expect(message.occasion == .incident)
        #expect(message.subject == "shop: backup 20261102T010000 is damaged")
        try expectGolden("incident.txt", message.text)
    }

    @Test func `one that is over says from when to when it was`() throws {
        let message = Message(Incident.damaged.over, at: night)
        #expect(message.occasion == .recovery)
        #expect(message.subject == "Over: shop: backup 20261102T010000 is damaged")
        try expectGolden("recovery.txt", message.text)
    }

    @Test func `a week fits on a telephone`() throws {
        let message = Message(weekly: .sample)
        #expect(message.subject == "Week to 2026-11-02: 1 incident is open")
        #expect(message.text.split(separator: "\n").allSatisfy { $0.count <= 90 })
        try expectGolden("weekly.txt", message.text)
    }

    @Test func `a week without incidents says how many stores are outside policy`() {
        var status = ServiceStatus.sample
        status.incidents = []
        #expect(Message(weekly: status).subject == "Week to 2026-11-02: 1 of 2 stores outside policy")
        status.stores = [StoreStatus.shop]
        status.stores[0].standing = PolicyStanding(backups: 2, backupsWithin: 2, bytes: 1, bytesWithin: 1)
        #expect(Message(weekly: status).subject == "Week to 2026-11-02: no incident is open")
        // One for each week, from Monday to Sunday.
        let ids = (1...9).map { day in
            var status = status
            status.at = status.at.advanced(bySeconds: Int64(day) * 86_400)
            return Message(weekly: status).id
        }
        #expect(ids.prefix(6).allSatisfy { $0 == "weekly-2026-11-02" }, "\(ids)")
        #expect(ids.suffix(3).allSatisfy { $0 == "weekly-2026-11-09" }, "\(ids)")
    }

    @Test func `one state of an incident is one message, whenever it is written`() {
        let first = Message(.damaged, at: night)
        var worded = Incident.damaged
        worded.headline = "said in other words"
        #expect(first.id == Message(worded, at: night.after(hours: 1)).id)
        var others = [Incident.damaged.over, .damaged, .damaged, .damaged, .damaged]
        others[1].store = "other"
        others[2].subject = "other"
        others[3].since = night
        // The same letters, cut in another place.
        (others[4].store, others[4].kind) = ("shopd", "amaged")
        #expect(Set(others.map { Message($0, at: night).id } + [first.id]).count == 6)
    }

    @Test func `names from a store steer neither terminals nor lines`() {
        var incident = Incident.damaged
        incident.store = "a\r\nBcc: all@example.com"
        incident.headline = "\u{1B}[2Jb\u{202E}c\u{2028}d"
        incident.command = "x\u{7}y"
        let message = Message(incident, at: night)
        #expect(message.subject == "a  Bcc: all@example.com:  [2Jb c d")
        #expect(message.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
        #expect(message.text.contains("x y"))
        #expect(!message.text.contains("\u{202E}"))
    }

    @Test func `silence is an occasion of its own, and so is its end`() {
        var incident = Incident.damaged
        incident.kind = Incident.silence
        #expect(Message(incident, at: night).occasion == .silence)
        #expect(Message(incident.over, at: night).occasion == .silence)
    }

    @Test func `an incident that grew worse is told once more`() {
        var warning = Incident.damaged
        warning.severity = .warning
        #expect(Message(warning, at: night).id != Message(.damaged, at: night).id)
        #expect(Message(warning.over, at: night).id == Message(Incident.damaged.over, at: night).id)
    }
}
