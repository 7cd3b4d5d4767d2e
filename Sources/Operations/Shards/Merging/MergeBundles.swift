// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import History
import ObjectStore
import Planning

/// Folds what other machines have proven into the history, and draws the verdicts that are ready.
///
/// A bundle is what an interrupted run would have left: the verdict is drawn by an ordinary sweep over it, which reads what is
/// not proven, and nothing else.
public struct MergeBundles: Sendable {
    private let plan: SharedPlan
    private let order: SweepOrder
    private let memory: Memory
    private let history: HistoryDatabase
    private let context: OperationContext

    /// `order` has the stores of the plan, as this machine's configuration has them.
    ///
    /// Throws 6 for a plan that was made from another history.
    public init(
        _ plan: SharedPlan, named name: String, _ order: SweepOrder, _ memory: Memory,
        _ context: OperationContext
    ) throws {
        guard let history = memory.history else { throw OperationError.sweepNeedsHistory }
        guard try history.identity() == plan.history else {
            throw ShardError.refused(name, reason: "it was made from another history")
        }
        (self.plan, self.order, self.memory) = (plan, order, memory)
        (self.history, self.context) = (history, context)
    }

    /// Folds in the bundles of these places; one that is not what the plan asked for is refused, and told.
    ///
    /// A bundle that is here already changes nothing. Throws when the history fails or a place cannot be read.
    public func fold(_ places: [any MeetingPlace], secret: Secret) throws -> FoldedBundles {
        var folded = FoldedBundles()
        var bundles: [String: ShardBundle] = [:]
        var check = BundleCheck(of: plan)
        for place in places {
            try place.eachBundle { name, bytes in
                do throws(ShardError) {
                    let bundle = try ShardBundle(document: bytes.get(), named: name, secret: secret)
                    guard !isOfAnotherPlan(bundle) else { return folded.others += 1 }
                    try check.check(bundle, named: name)
                    bundles[bundle.id] = bundle
                } catch { folded.refused.append(error) }
            }
        }
        let inOrder = bundles.values.sorted { ($0.made, $0.id) < ($1.made, $1.id) }
        for bundle in inOrder {
            if try history.fold(bundle.asMerged(of: plan), steps(of: bundle), after: plan.made) {
                folded.new += 1
            } else {
                folded.known += 1
            }
        }
        let standing = try PlanStanding(plan, history)
        folded.bundles = inOrder
        (folded.ready, folded.waiting) = (standing.ready, standing.waiting)
        folded.missing = standing.missing
        return folded
    }

    /// The sweep that draws the verdicts which are ready, and says how the stores stand, whether or not any is.
    ///
    /// What still waits for a bundle is inconclusive in it. Neither window nor bytes of the schedule end it: others have read for it.
    /// Takes the right to sweep; throws 8 while another sweep has it, and for a store that is elsewhere now.
    public func prepare(_ folded: FoldedBundles) throws -> PreparedSweep {
        var order = order
        (order.windowEnds, order.budget.window, order.budget.bytes) = (nil, nil, nil)
        let prepared = try RunSweep(order, memory, context).prepare()
        for survey in prepared.surveys { try plan.check(survey.name, isAt: survey.store.url) }
        return prepared.concluding(
            folded.ready.map { plan.plan.work[$0] }, waiting: folded.waiting.map { (plan.plan.work[$0], $1) },
            from: results(folded))
    }

    private func results(_ folded: FoldedBundles) -> MergedResults {
        var results = MergedResults(of: plan, at: context.clock.now)
        for work in folded.ready { results.expect(work, in: plan.backups[work].place) }
        for result in folded.bundles.flatMap(\.results) {
            results.add(result, in: plan.backups[result.work].place)
        }
        results.forgetDoubtful()
        return results
    }

    /// Machines may keep the bundles of all their plans in one directory.
    private func isOfAnotherPlan(_ bundle: ShardBundle) -> Bool {
        bundle.plan != plan.id && bundle.history == plan.history && RandomName.isOne(bundle.plan)
    }

    private func steps(of bundle: ShardBundle) -> [ProvenStep] {
        let now = context.clock.now
        return bundle.results.flatMap { result in
            let (place, pins) = (plan.backups[result.work].place, plan.backups[result.work].pinsByObject)
            return result.objects.sorted { ($0.at, $0.name) < ($1.at, $1.name) }.flatMap { object in
                object.steps(pins[object.name], after: plan.made, before: now).map {
                    ProvenStep($0, of: object.name, in: place)
                }
            }
        }
    }
}

/// What merging has come to so far.
public struct FoldedBundles: Sendable {
    /// Folded in now, and earlier.
    public internal(set) var new = 0, known = 0
    /// Of other plans of this history, passed over.
    public internal(set) var others = 0
    /// Why bundles were not taken, one for each, in the order in which they were met.
    public internal(set) var refused: [ShardError] = []
    /// Of how many shards bundles are still to come: `2 of 3`.
    public internal(set) var missing: [String] = []
    /// Work that has no verdict yet and can have one now, by its places in the plan.
    var ready: [Int] = []
    /// Work that has none and cannot have one yet, by its places in the plan, and what it waits for.
    var waiting: [(work: Int, why: String)] = []
    var bundles: [ShardBundle] = []

    /// How the process ends, as far as there is nothing worse.
    public var exitStatus: ExitStatus {
        .mostSevere(refused.map(\.exitStatus) + (missing.isEmpty ? [] : [.inconclusive]))
    }
}

extension ShardBundle {
    fileprivate func asMerged(of plan: SharedPlan) -> MergedBundle {
        let doubtful = results.flatMap { result in
            result.doubtful.map { DoubtfulObject($0, at: plan.backups[result.work].url) }
        }
        return MergedBundle(
            plan: plan.id, id: id, shard: shard, shards: shards,
            unfinished: Set(results.filter { !$0.isDone }.map(\.work)), doubtful: Set(doubtful))
    }
}

extension ProvenObject {
    /// What an interrupted run would have kept of it.
    ///
    /// It was read after the plan was `made` and before `now`: a clock that says otherwise is wrong, and the older of the two counts.
    func steps(_ pin: SharedPin?, after made: Timestamp, before now: Timestamp) -> [ProgressStep] {
        let at = made <= at && at <= now ? at : made
        switch extent {
        case .whole(let sha256, let states):
            let read = states.map {
                ProgressStep.read(
                    states: Array($0.states), from: 0, chunkSize: $0.chunkSize, validators: validators, at: at
                )
            }
            return [read, .complete(sha256: sha256, validators: validators, at: at)].compactMap(\.self)
        case .chunks(let ranges):
            guard let pin, let chunkSize = pin.pin.midstates?.chunkSize else { return [] }
            return ranges.map {
                .proven(
                    chunks: $0, chunkSize: chunkSize, pin: pin.pin.sha256, validators: validators, at: at)
            }
        }
    }
}
