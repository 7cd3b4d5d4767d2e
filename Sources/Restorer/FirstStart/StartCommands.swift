// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// What has to be typed to start a restored cluster on this machine.
public struct StartCommands: Sendable, Equatable {
    /// By PostgreSQL's own program; nil where it was not found.
    public let direct: String?
    /// By the tools of Debian, which look after a cluster from then on, in their order; empty where they are not there.
    public let debian: [String]

    /// What this machine has and the restored cluster needs.
    struct Facts {
        var major: Int
        /// Absolute.
        var target: String
        /// What goes before a program so that the server's user runs it; empty where that is who runs this.
        var becoming: String
        /// Whether it is root who runs this.
        var isRoot: Bool
        /// The folder of PostgreSQL's programs; nil where none of that version was found.
        var binaries: String?
        var hasDebianTools: Bool
        /// A free port, where another server has the one of the settings.
        var otherPort: Int?
        /// The names of clusters that Debian's tools know, of this version.
        var clusters: Set<String> = []
        /// Files and folders of the data directory that `postgresql.conf` includes, by their names.
        var included: [String] = []
    }

    init(_ facts: Facts) {
        let target = ShellWord(facts.target).description
        direct = facts.binaries.map { folder in
            let port = facts.otherPort.map { " -o '-p \($0)'" } ?? ""
            let log = ShellWord("\(facts.target)/start.log").description
            return "\(facts.becoming)\(ShellWord("\(folder)/pg_ctl")) -D \(target) -l \(log)\(port) start"
        }
        guard facts.hasDebianTools, facts.binaries == "/usr/lib/postgresql/\(facts.major)/bin" else {
            debian = []
            return
        }
        let name = Self.name(of: facts.target, besides: facts.clusters)
        let root = facts.isRoot ? "" : "sudo "
        debian =
            ["\(root)pg_createcluster \(facts.major) \(name) -d \(target)"]
            + facts.included.map {
                "\(root)cp -a \(ShellWord("\(facts.target)/\($0)")) /etc/postgresql/\(facts.major)/\(name)/"
            } + Self.readable(facts.included, in: "/etc/postgresql/\(facts.major)/\(name)", root) + [
                "\(root)pg_ctlcluster \(facts.major) \(name) start"
            ]
    }

    /// Debian's tools read these as whoever runs them; in the data directory they are for its owner alone.
    private static func readable(_ names: [String], in folder: String, _ root: String) -> [String] {
        guard !names.isEmpty else { return [] }
        let paths = names.map { ShellWord("\(folder)/\($0)").description }
        return ["\(root)chmod -R a+rX \(paths.joined(separator: " "))"]
    }

    /// A name that Debian's tools take, and systemd does, for whom a dash stands for a slash.
    private static func name(of target: String, besides taken: Set<String>) -> String {
        let last = target.split(separator: "/").last ?? "restored"
        let plain = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        let names =
            [plain] + [plain + "_restored"] + (2...).lazy.prefix(1000).map { "\(plain)_restored\($0)" }
        return names.first { !taken.contains($0) } ?? plain
    }
}
