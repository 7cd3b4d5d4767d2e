// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import YAML

/// The frameworks that are known: those that come with the program, and a team's own.
public struct FrameworkCatalogue: Sendable {
    /// In the order of their files, those of a team last.
    public let frameworks: [Framework]

    /// `files` are a team's own, with the names that errors give them; one with a known `id` takes the other's place.
    public init(adding files: [(name: String, bytes: [UInt8])] = []) throws(FrameworkError) {
        var all = try Self.read(PackageResources.frameworks_yaml, "the program's own frameworks")
        for (name, bytes) in files {
            var own = try Self.read(bytes, name)
            for index in own.indices { own[index].file = name }
            let ids = own.map(\.id)
            if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
                throw .wrong(
                    name, line: nil, reason: "two frameworks have the id '\(ObjectName(twice))'",
                    hint: "give each an id of its own.")
            }
            all = all.filter { known in !own.contains { $0.id == known.id } } + own
        }
        frameworks = all
    }

    /// Those of these ids, in that order; all for an empty list.
    public func chosen(_ ids: [String]) throws(FrameworkError) -> [Framework] {
        guard !ids.isEmpty else { return frameworks }
        var chosen: [Framework] = []
        for id in ids {
            guard let found = frameworks.first(where: { $0.id == id }) else {
                throw .unknown(id, frameworks.map(\.id))
            }
            chosen.append(found)
        }
        return chosen
    }

    private static func read(_ bytes: [UInt8], _ name: String) throws(FrameworkError) -> [Framework] {
        do { return try Framework.read(bytes) } catch {
            throw .wrong(name, line: error.place?.line, reason: error.reason, hint: error.hint)
        }
    }
}

/// Why there are no such frameworks.
public enum FrameworkError: UserError, Equatable {
    case unknown(String, [String])
    /// Where a file is wrong; without a line, all of it.
    case wrong(String, line: Int?, reason: String, hint: String)

    /// What is wrong, without what to do.
    public var message: String {
        switch self {
        case .unknown(let id, _): "there is no framework '\(ObjectName(id))'"
        case .wrong(let name, let line, let reason, _):
            "\(ObjectName(name))\(line.map { ", line \($0)" } ?? ""): \(reason)"
        }
    }

    /// One: the frameworks that there are, or how the file is mended.
    public var hints: [String] {
        switch self {
        case .unknown(_, let ids):
            ["there are: \(ids.joined(separator: ", ")); --framework-file adds others."]
        case .wrong(_, _, _, let hint): [hint]
        }
    }

    /// 14 always: somebody typed or wrote it.
    public var exitStatus: ExitStatus { .usage }
}
