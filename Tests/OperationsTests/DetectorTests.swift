// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import TestKit
import Testing

@testable import Operations

@Suite struct `The detectors` {
    @Test(arguments: 0..<20) func `notice a bit, wherever it is`(_ seed: Int) {
        let report = TestDetectors(seed: UInt64(seed)).run()
        #expect(report.failure == nil && report.exitStatus == .success)
        #expect(report.layers.map(\.layer) == DetectorLayer.allCases)
        #expect(report.seconds < 30, "\(report.layers)")
    }

    /// The digests' samples are long, and every bit of them is like every other.
    @Test(arguments: Detector.all(stream: nil).filter { $0.sample.count <= 8192 }.map(\.layer))
    func `notice every single bit, or of many every so manieth`(_ layer: DetectorLayer) throws {
        let detector = try #require(Detector.all(stream: nil).first { $0.layer == layer })
        #expect(detector.passes(detector.sample) && detector.bits.count >= 400)
        let (first, count) = (detector.bits.lowerBound, detector.bits.count)
        let missed = stride(from: first, to: first + count, by: count > 4096 ? 13 : 1).filter { bit in
            var flipped = detector.sample
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            return detector.passes(flipped)
        }
        #expect(missed == [])
    }

    @Test func `flip the same bits for the same seed, and others for another`() {
        func bits(_ seed: UInt64) -> [Int] { TestDetectors(seed: seed).run().layers.map(\.bit) }
        #expect(bits(7) == bits(7) && bits(7) != bits(8))
    }

    @Test func `hash the stream that they are given`() throws {
        var random = SeededBytes(seed: 3)
        let stream = random.bytes(1 << 20)
        let detectors = Detector.all(stream: stream)
        #expect(try #require(detectors.first).sample == stream)
        #expect(TestDetectors(seed: 1, stream: stream).run().failure == nil)
    }

    @Test func `that are deaf, or cry wolf, are found out`() {
        let sample = Detector.madeUp(100)
        let deaf = Detector(.page, sample) { _ in true }
        let jumpy = Detector(.wal, sample) { _ in false }
        let report = TestDetectors(seed: 5, Detector.all(stream: nil) + [deaf, jumpy]).run()
        #expect(report.exitStatus == .inconclusive)
        #expect(report.failed.map(\.outcome) == [.missed, .refusesSound])
        let bit = report.failed.first?.bit ?? -1
        #expect(
            report.failure
                == "detectors failed: 'page' did not notice bit \(bit), 'wal' refuses what is sound (seed 5)")
    }

    @Test func `that are none show nothing`() {
        let report = TestDetectors(seed: 5, []).run()
        #expect(report.exitStatus == .inconclusive && report.failure == "no detector was tested")
    }
}
