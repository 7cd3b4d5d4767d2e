// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Foundation

extension SweepPlan {
    /// The plan as JSON: the same plan gives the same bytes.
    public func document() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// Reads what `document` wrote.
    public init(document bytes: [UInt8]) throws(SweepPlanError) {
        guard bytes.count <= Self.longest else { throw .tooLong }
        let plan: SweepPlan
        do { plan = try JSONDecoder().decode(SweepPlan.self, from: Data(bytes)) } catch { throw .unreadable }
        guard plan.schema == Self.schema else { throw .schema }
        guard plan.isSane else { throw .unreadable }
        self = plan
    }

    /// In bytes.
    private static let longest = 256 * 1024 * 1024

    /// Nobody has to fear its numbers: a plan comes out of a store.
    private var isSane: Bool {
        (60...366 * 86_400).contains(interval)
            && work.allSatisfy { work in
                work.objects.allSatisfy { $0.chunkSize.map { $0 >= 64 && $0 % 64 == 0 } ?? true }
                    && Set(work.objects.map(\.name)).count == work.objects.count
            }
    }
}

/// Why a plan cannot be used.
public enum SweepPlanError: UserError, Equatable {
    case tooLong
    case unreadable
    /// Of another program, or of another version of this one.
    case schema

    /// What the document is not; nothing out of it is shown.
    public var message: String {
        switch self {
        case .tooLong: "the plan is longer than any that this program makes"
        case .unreadable: "this is no plan of a sweep"
        case .schema: "the plan is not of the form '\(SweepPlan.schema)'"
        }
    }

    /// How to make another one, whatever is wrong with it.
    public var hints: [String] { ["Make a new one: pg_backctl sweep --make-plan FILE"] }
    /// 14: somebody has named the wrong file.
    public var exitStatus: ExitStatus { .usage }
}
