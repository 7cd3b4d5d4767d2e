// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@testable import WALArchive

@Suite("the plan of what is got ahead")
struct PrefetchPlanTests {
    private static let size: UInt32 = 16 << 20

    private static func name(_ number: UInt64, timeline: UInt32 = 1) -> WALFileName {
        WALFileName(timeline: timeline, number: number, size: size)
    }

    /// Takes all that is wanted now, in order.
    private static func drain(_ plan: inout PrefetchPlan) -> [UInt64?] {
        var names: [UInt64?] = []
        while let name = plan.next() { names.append(name.number(size: size)) }
        return names
    }

    @Test func `wants the next segments in their order, within the bytes`() {
        var plan = PrefetchPlan(segments: 3, bytes: .max)
        #expect(plan.next() == nil)
        #expect(plan.served(Self.name(5), segmentSize: Self.size) == [])
        #expect(Self.drain(&plan) == [6, 7, 8])
        var small = PrefetchPlan(segments: 8, bytes: 40 << 20)
        _ = small.served(Self.name(255), segmentSize: Self.size)
        #expect(Self.drain(&small) == [256, 257])
        var tiny = PrefetchPlan(segments: 8, bytes: 1)
        _ = tiny.served(Self.name(5), segmentSize: Self.size)
        #expect(Self.drain(&tiny) == [6])
        var none = PrefetchPlan(segments: 0, bytes: .max)
        _ = none.served(Self.name(5), segmentSize: Self.size)
        #expect(Self.drain(&none) == [])
    }

    @Test func `lets a segment be fetched by one only`() {
        var plan = PrefetchPlan(segments: 2, bytes: .max)
        #expect(plan.claim(Self.name(1)) == .fetch && plan.claim(Self.name(1)) == .wait)
        #expect(plan.finished(Self.name(1), isReady: true) && plan.claim(Self.name(1)) == .ready)
        #expect(plan.served(Self.name(1), segmentSize: Self.size) == [Self.name(1)])
        #expect(plan.next() == Self.name(2) && plan.claim(Self.name(2)) == .wait)
        #expect(plan.claim(Self.name(3)) == .fetch && plan.next() == nil)
    }

    @Test func `forgets what recovery has passed or left`() {
        var plan = PrefetchPlan(segments: 3, bytes: .max)
        _ = plan.served(Self.name(1), segmentSize: Self.size)
        #expect(plan.next() == Self.name(2) && plan.next() == Self.name(3))
        #expect(plan.finished(Self.name(2), isReady: true) == true)
        #expect(plan.served(Self.name(9), segmentSize: Self.size) == [Self.name(2)])
        #expect(!plan.isWanted(Self.name(3)) && !plan.finished(Self.name(3), isReady: true))
        #expect(plan.claim(Self.name(3)) == .fetch)
        #expect(plan.served(Self.name(9, timeline: 2), segmentSize: Self.size) == [])
        #expect(plan.next() == Self.name(10, timeline: 2))
    }

    @Test func `goes no further than what is not there, until it is asked for`() {
        var plan = PrefetchPlan(segments: 3, bytes: .max)
        _ = plan.served(Self.name(1), segmentSize: Self.size)
        #expect(plan.next() == Self.name(2))
        #expect(plan.finished(Self.name(2), isReady: false) && plan.next() == nil)
        #expect(plan.served(Self.name(1), segmentSize: Self.size) == [] && plan.next() == nil)
        #expect(plan.claim(Self.name(2)) == .fetch && plan.finished(Self.name(2), isReady: true))
        #expect(plan.served(Self.name(2), segmentSize: Self.size) == [Self.name(2)])
        #expect(Self.drain(&plan) == [3, 4, 5])
    }

    @Test func `ends with the last position of WAL`() {
        let last = WALFileName(timeline: 1, number: UInt64.max / UInt64(Self.size), size: Self.size)
        var plan = PrefetchPlan(segments: 3, bytes: .max)
        #expect(plan.served(last, segmentSize: Self.size) == [] && plan.next() == nil)
    }
}
