// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What was seen inside of a restored cluster before it was put in its place.
public struct InsideReport: Sendable, Equatable {
    /// What nobody can reach, and what worries.
    public var findings: [Finding] = []
    /// How many databases took a connection; nil when no server was started.
    public var databases: Int?

    init(_ view: InsideView) {
        findings = InsideJudgement(view).findings
        databases = view.databases.count { $0.admission == .admitted }
    }

    init(_ findings: [Finding]) { self.findings = findings }

    /// Of a restore that leaves the first start to its user.
    static let unstarted = InsideReport([Finding(.inside(.unstarted))])

    /// The same where a person takes databases and tablespaces of these names as they are: that is worth a warning then.
    func accepting(_ names: Set<String>) -> InsideReport {
        var report = self
        for index in report.findings.indices {
            guard case .inside(let fact) = report.findings[index].fact, let name = fact.unreachable,
                names.contains("\(name)")
            else { continue }
            report.findings[index].severity = .warning
        }
        return report
    }
}
