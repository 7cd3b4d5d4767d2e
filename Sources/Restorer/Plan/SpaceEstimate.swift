// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How much of something is needed: as much as it surely is, and as much as it probably is.
///
/// What is surely too much is refused; what is only probably so is told.
public struct SpaceEstimate: Sendable, Equatable {
    /// As much as is surely needed.
    public var least: UInt64
    /// Never less than `least`.
    public var likely: UInt64

    /// The likely amount is raised to the least.
    public init(least: UInt64, likely: UInt64) { (self.least, self.likely) = (least, max(least, likely)) }

    static let none = SpaceEstimate(least: 0, likely: 0)

    static func exactly(_ count: UInt64) -> SpaceEstimate { SpaceEstimate(least: count, likely: count) }
    static func perhaps(_ count: UInt64) -> SpaceEstimate { SpaceEstimate(least: 0, likely: count) }

    static func + (left: SpaceEstimate, right: SpaceEstimate) -> SpaceEstimate {
        SpaceEstimate(
            least: left.least.addingClamped(right.least), likely: left.likely.addingClamped(right.likely))
    }

    /// What is still needed where so much is there already.
    static func - (estimate: SpaceEstimate, held: UInt64) -> SpaceEstimate {
        SpaceEstimate(
            least: estimate.least - min(estimate.least, held),
            likely: estimate.likely - min(estimate.likely, held))
    }
}

extension UInt64 {
    /// What a file of this size takes up: whole blocks.
    var inBlocks: UInt64 {
        let block: UInt64 = 4096
        return addingClamped(block - 1) / block * block
    }
}
