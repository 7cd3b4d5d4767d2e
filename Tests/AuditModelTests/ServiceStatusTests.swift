// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

@Suite struct ServiceStatusTests {
    static let noon = Timestamp(seconds: 1_793_620_800)

    static var status: ServiceStatus {
        var store = StoreStatus(
            name: "shop",
            backups: [
                BackupStatus(
                    label: "20261101T010000",
                    proofs: [
                        LevelProof(.checksummed, at: noon),
                        LevelProof(.inspected, at: noon.advanced(bySeconds: -9)),
                    ]),
                BackupStatus(label: "20261102T010000"),
            ])
        store.trials = [.passed: 3, .inconclusive: 1]
        store.traffic.requests = [200: 12, 503: 1]
        return ServiceStatus(
            at: noon, version: "1", stores: [store],
            schedules: [ScheduleStatus(name: "nightly", stores: ["shop"], givenUp: [.missed: 2])],
            incidents: [
                Incident(
                    store: "shop", kind: "damaged", subject: "a", since: noon, headline: "h", meaning: "m")
            ])
    }

    @Test func `a status says the same after JSON`() throws {
        let document = try JSONEncoder().encode(Self.status)
        #expect(try JSONDecoder().decode(ServiceStatus.self, from: document) == Self.status)
        let text = String(decoding: document, as: UTF8.self)
        #expect(text.contains(#""givenUp":{"missed":2}"#))
        #expect(text.contains(#""passed":3"#))
    }

    @Test func `the last proof of a store is the newest of any level and backup`() {
        #expect(Self.status.stores[0].lastProof == Self.noon)
        #expect(StoreStatus(name: "empty").lastProof == nil)
    }

    @Test func `an incident stays the same one when it is over`() {
        let open = Self.status.incidents[0]
        var closed = open
        closed.closed = Self.noon
        #expect(open.isOpen && !closed.isOpen)
        #expect(open.key == closed.key)
        var other = open
        other.subject = "b"
        #expect(open.key != other.key)
    }
}
