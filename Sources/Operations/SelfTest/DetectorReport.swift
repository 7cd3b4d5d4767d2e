// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Something that must notice when a bit of a backup has changed.
public enum DetectorLayer: String, Sendable, Codable, CaseIterable {
    /// SHA-256 of a whole object.
    case object
    /// SHA-256 of two objects side by side.
    case pair
    /// SHA-256 of one chunk, from the state before it to the state after it.
    case chunk
    /// The manifest's CRC-32C of a file in an archive.
    case member
    /// The checksum of a page of a relation.
    case page
    /// The checksum of a header in a tar.
    case tar
    /// What each format has to check what was unpacked.
    case gzip, zstd, lz4, bzip2
    /// The CRC of a record of WAL.
    case wal
    /// The CRC of pg_control.
    case control
}

/// What became of one layer.
public struct DetectorResult: Sendable, Codable, Equatable {
    /// How a layer took the sound sample and the one with a flipped bit.
    public enum Outcome: String, Sendable, Codable {
        /// It lets what is sound pass, and noticed the bit.
        case noticed
        /// It let the flipped bit pass: it is deaf.
        case missed
        /// It does not even let pass what is sound.
        case refusesSound = "refuses-sound"
    }

    /// What was tested, once and in memory.
    public var layer: DetectorLayer
    /// How it took its sample, sound and with the bit flipped.
    public var outcome: Outcome
    /// Which bit of the sample was flipped, counted from its first byte's lowest one.
    public var bit: Int
    /// How long both took.
    public var seconds: Double

    /// `bit` counts from the lowest one of the first byte, `seconds` are those of both attempts.
    public init(layer: DetectorLayer, outcome: Outcome, bit: Int, seconds: Double) {
        (self.layer, self.outcome, self.bit, self.seconds) = (layer, outcome, bit, seconds)
    }
}

/// Whether this program, on this machine, now, would notice a changed bit.
public struct DetectorReport: Sendable, Codable, Equatable {
    /// What the positions were taken by: the same seed flips the same bits.
    public var seed: UInt64
    /// In the order of `DetectorLayer`.
    public var layers: [DetectorResult]
    /// How long all of it took.
    public var seconds: Double

    /// `layers` in the order of `DetectorLayer`; a report without any counts as failed.
    public init(seed: UInt64, layers: [DetectorResult], seconds: Double) {
        (self.seed, self.layers, self.seconds) = (seed, layers, seconds)
    }

    /// The layers of which nothing can be believed.
    public var failed: [DetectorResult] { layers.filter { $0.outcome != .noticed } }

    /// 5 when a layer failed: whatever it would say of a backup is worth nothing.
    public var exitStatus: ExitStatus { failed.isEmpty && !layers.isEmpty ? .success : .inconclusive }

    /// What failed, in one sentence without a full stop; nil when nothing did.
    public var failure: String? {
        guard !failed.isEmpty else { return layers.isEmpty ? "no detector was tested" : nil }
        let words = failed.map { result in
            switch result.outcome {
            case .missed: "'\(result.layer.rawValue)' did not notice bit \(result.bit)"
            case .refusesSound: "'\(result.layer.rawValue)' refuses what is sound"
            case .noticed: ""
            }
        }
        return "detectors failed: \(words.joined(separator: ", ")) (seed \(seed))"
    }
}
