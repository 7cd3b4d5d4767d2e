// SPDX-License-Identifier: Apache-2.0
public import AuditModel

extension StoreFinding {
    /// The same as a finding of a sweep, about the store as a whole.
    public init(_ advice: PostureAdvice) {
        self.init(
            kind: "posture-\(advice.code.rawValue)", subject: "", severity: advice.severity,
            message: advice.problem, advice: advice.advice)
    }
}
