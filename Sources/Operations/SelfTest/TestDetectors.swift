// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Flips one bit for each layer that is there to notice such, and sees whether it does.
///
/// Everything happens in memory, in a few milliseconds, and with the very code that reads backups: a library that
/// was replaced by a broken one, or a processor that computes wrongly, is found before anything is believed.
public struct TestDetectors: Sendable {
    private let seed: UInt64
    private let detectors: [Detector]

    /// `stream` is hashed as an object would be, such as the first bytes of one; without it bytes are made up.
    public init(seed: UInt64 = .random(in: .min ... .max), stream: [UInt8]? = nil) {
        self.init(seed: seed, Detector.all(stream: stream))
    }

    init(seed: UInt64, _ detectors: [Detector]) { (self.seed, self.detectors) = (seed, detectors) }

    /// Tests every layer, also after one that failed.
    public func run() -> DetectorReport {
        let watch = Stopwatch()
        var random = SplitMix64(state: seed)
        let results = detectors.map { Self.test($0, &random) }
        return DetectorReport(seed: seed, layers: results, seconds: watch.seconds)
    }

    private static func test(_ detector: Detector, _ random: inout SplitMix64) -> DetectorResult {
        let watch = Stopwatch()
        let bit = detector.bits.lowerBound + Int(random.next() % UInt64(detector.bits.count))
        var flipped = detector.sample
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        let outcome: DetectorResult.Outcome =
            !detector.passes(detector.sample) ? .refusesSound : detector.passes(flipped) ? .missed : .noticed
        return DetectorResult(layer: detector.layer, outcome: outcome, bit: bit, seconds: watch.seconds)
    }
}

/// A layer, a sound sample for it, and which of its bits it must notice.
struct Detector: Sendable {
    let layer: DetectorLayer
    let sample: [UInt8]
    /// In bytes of the sample: what the layer's own sum is over.
    let ground: Range<Int>
    /// Whether the layer finds nothing wrong with these bytes.
    let passes: @Sendable ([UInt8]) -> Bool

    init(
        _ layer: DetectorLayer, _ sample: [UInt8], over ground: Range<Int>? = nil,
        passes: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        (self.layer, self.sample, self.passes) = (layer, sample, passes)
        self.ground = ground ?? 0..<sample.count
    }

    var bits: Range<Int> { ground.lowerBound * 8..<ground.upperBound * 8 }

    /// One for each layer.
    static func all(stream: [UInt8]?) -> [Detector] {
        let stream = stream.flatMap { $0.count < 256 ? nil : $0 } ?? madeUp(64 << 10)
        return [object(stream), pair(stream), chunk(stream), member, page, tar]
            + compressed + [wal, control]
    }

    /// Bytes that look like those of an archive, the same every time.
    static func madeUp(_ count: Int) -> [UInt8] {
        var random = SplitMix64(state: 42)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}

extension FixedWidthInteger {
    /// As PostgreSQL writes it on little-endian machines.
    var littleEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self(8 * $0)) }
    }
}
