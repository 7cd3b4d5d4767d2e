// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How long trial restores took until the server answered, one bar each, against what was promised.
struct TrialPicture {
    private let trials: [TrialRecord]
    private let target: Double?

    /// The newest ones.
    private static let most = 40

    /// The promise is in seconds.
    init(_ trials: [TrialRecord], _ target: Double?) {
        self.trials = Array(trials.filter { $0.secondsToAnswer != nil }.suffix(Self.most))
        self.target = target
    }

    /// Nil where no server has answered.
    var picture: Picture? {
        guard let longest = trials.compactMap(\.secondsToAnswer).max() else { return nil }
        // A promise that is far away would leave no bar to see: then it is told in words alone.
        let isNear = target.map { $0 <= 4 * longest } ?? true
        let top = max(longest, isNear ? target ?? 0 : 0) * 1.1
        let step = 100 / Double(max(trials.count, 8))
        var shapes: [Picture.Shape] = trials.enumerated().map { index, trial in
            let height = 24 * (trial.secondsToAnswer ?? 0) / top
            return .box(
                x: step * Double(index) + step * 0.15, y: 26 - height, width: step * 0.7, height: height,
                trial.outcome == .passed ? .good : .bad)
        }
        shapes.append(.line(x: 0, y: 26, toX: 100, toY: 26, .ink, isDashed: false))
        if let target {
            let y = isNear ? 26 - 24 * target / top : 2
            if isNear { shapes.append(.line(x: 0, y: y, toX: 100, toY: y, .ink, isDashed: true)) }
            let words =
                "promised \(Units.duration(target))\(isNear ? "" : ", far above"); longest \(Units.duration(longest))"
            shapes.append(.words(x: 0, y: max(2.2, y - 0.8), words, isCentred: false))
        }
        shapes.append(.words(x: 0, y: 30, trials.first?.started.day ?? "", isCentred: false))
        return Picture(
            alternative: trials.map {
                "\($0.started.day) \($0.label): \($0.secondsToAnswer.map(Units.duration) ?? "-"), \($0.outcome.rawValue)"
            }.joined(separator: "; "),
            title: "Seconds until a restored server answered", width: 100, height: 32, shapes: shapes)
    }
}
