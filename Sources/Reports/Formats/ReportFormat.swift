// SPDX-License-Identifier: Apache-2.0

/// A form that a report takes; the raw value is what options and configurations say.
public enum ReportFormat: String, Sendable, CaseIterable {
    case html
    case pdf
    case json
    case csv
    case markdown

    /// The ending of its file's name.
    public var ending: String { self == .markdown ? "md" : rawValue }

    /// The name of the file of a report of a period that is over, before it is made; `name` is what it begins with.
    public func fileName(of period: ReportPeriod, named name: String) -> String {
        fileName(of: period.name, isOver: true, name)
    }

    /// That of a period that is not over says so: it will not stand for the whole one.
    func fileName(of period: String, isOver: Bool, _ name: String) -> String {
        "\(name)-\(period.replacing(" ", with: "-"))\(isOver ? "" : "-so-far").\(ending)"
    }
}
