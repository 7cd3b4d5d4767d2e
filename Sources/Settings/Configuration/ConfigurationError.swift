// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
public import YAML

/// One thing that is wrong with a configuration, and where.
public struct ConfigurationFault: Sendable, Equatable {
    /// From 1; nil where it is about the whole file.
    public var place: TextPlace?
    /// What is wrong, without a full stop.
    public var reason: String
    /// What to write instead, or to leave out.
    public var hint: String

    /// `reason` is without a full stop; no `place` means the whole file.
    public init(_ place: TextPlace?, _ reason: String, hint: String) {
        (self.place, self.reason, self.hint) = (place, reason, hint)
    }

    /// From 1; nil where it is about the whole file.
    public var line: Int? { place?.line }
    /// From 1; nil where it is about the whole file.
    public var column: Int? { place?.column }

    /// Such as `line 3, column 5: store 'shop' has no key 'endpont'`.
    public var words: String { place.map { "line \($0.line), column \($0.column): \(reason)" } ?? reason }
}

/// Why there is no configuration, or not the part of it that was asked for.
public enum ConfigurationError: UserError, Equatable {
    case missing(String)
    case unreadable(String, reason: String)
    /// At least one, in the order of the file.
    case wrong(String, [ConfigurationFault])
    case noSuchStore(String, names: [String], file: String)

    /// The file, its first fault with line and column, and how many others it has.
    public var message: String {
        switch self {
        case .missing(let file): "there is no configuration '\(ObjectName(file))'"
        case .unreadable(let file, let reason): "cannot read '\(ObjectName(file))': \(reason)"
        case .wrong(let file, let faults):
            "'\(ObjectName(file))', \(faults.first?.words ?? "")"
                + (faults.count > 1 ? ", and \(Units.count(faults.count - 1, "other fault"))" : "")
        case .noSuchStore(let name, _, let file): "no store '\(ObjectName(name))' in '\(ObjectName(file))'"
        }
    }

    /// What to do about the first fault, and how to see the others.
    public var hints: [String] {
        switch self {
        case .missing: ["confs/pg_backctl.yaml is a sample; --config FILE names another file."]
        case .unreadable: ["may this user read it?"]
        case .wrong(_, let faults):
            [faults.first?.hint].compactMap(\.self)
                + (faults.count > 1 ? ["pg_backctl config check shows all of them."] : [])
        case .noSuchStore(_, let names, _):
            [
                names.isEmpty
                    ? "it names no store."
                    : "those there are: \(names.map { "\(ObjectName($0))" }.joined(separator: ", "))."
            ]
        }
    }

    /// 14, also for a file that is not there.
    public var exitStatus: ExitStatus { .usage }
}
