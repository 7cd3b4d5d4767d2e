// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How long trial restores took until the server answered, one bar each, against what was promised.
struct TrialPicture {
    /// Nil where no server has answered.
    let picture: Picture?

    /// The promise is in seconds.
    init(_ trials: [TrialRecord], _ target: Double?) {
        let bars = trials.compactMap { trial in
            trial.secondsToAnswer.map { seconds in
                BarChart.Bar(
                    label: "\(trial.started.day) \(trial.label)", value: seconds,
                    fault: trial.outcome == .passed ? nil : trial.outcome.rawValue)
            }
        }
        picture =
            BarChart(
                "Time until a restored server answered, for each trial", bars, target: target,
                tell: Units.duration
            ).picture
    }
}
