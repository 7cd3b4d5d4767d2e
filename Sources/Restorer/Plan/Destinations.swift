// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import PrivatePostgres

/// The directories that a restore is to make: all of them free, none inside another.
struct Destinations {
    private let request: RestoreRequest

    /// Refuses words that cannot be paths of separate directories.
    init(_ request: RestoreRequest) throws(RestoreError) {
        self.request = request
        let maps = request.tablespaces.sorted { $0.key < $1.key }
        let places =
            maps.map { (path: $0.value, role: "tablespace \($0.key)") }
            + (request.walDirectory.map { [(path: $0, role: "WAL")] } ?? [])
        var seen: [String: String] = [request.target: "the target"]
        for (path, role) in places {
            if let other = seen[path] {
                throw .usage(
                    "'\(ObjectName(path))' is named for \(role) and for \(other)",
                    hint: "give each a directory of its own.")
            }
            if let (inner, _) = seen.first(where: { Self.isNested($0.key, path) }) {
                throw .usage(
                    "'\(ObjectName(path))' and '\(ObjectName(inner))' lie one inside the other",
                    hint: "PostgreSQL wants its data directory, each tablespace and WAL elsewhere apart.")
            }
            seen[path] = role
        }
    }

    /// Refuses what is in use, not empty or not there.
    func check(_ plan: RestorePlan) throws(RestoreError) {
        try refuseServer()
        // The last step of an earlier restore may have put some of them in their places.
        let left = try StagingArea.unfinishedPlacement(of: request.target)
        guard let left, plan.identity.finishes(left) else { return try checkFree(plan) }
        guard request.restarts else { return }
        do { try checkFree(plan) } catch {
            throw .unsafeTarget(
                request.target, reason: "an earlier run of this restore lacks only its last step",
                hint: "run the same command without --restart: it brings that to its end.")
        }
    }

    private func checkFree(_ plan: RestorePlan) throws(RestoreError) {
        try checkFree(
            tablespaces: Dictionary(
                plan.tablespaces.map { ($0.identifier, $0.place) }, uniquingKeysWith: { first, _ in first }))
        guard let wal = request.walDirectory else { return }
        try DestinationDirectory(path: wal, role: "the place of WAL", owner: request.owner).check()
    }

    /// Refuses what is in use, and unless something of the same is left to be finished, what is not empty or not there.
    func check(tablespaces: [UInt32: String], isLeft: Bool) throws(RestoreError) {
        try refuseServer()
        if !isLeft { try checkFree(tablespaces: tablespaces) }
    }

    private func checkFree(tablespaces: [UInt32: String]) throws(RestoreError) {
        try DestinationDirectory(path: request.target, role: "the target", owner: request.owner).check()
        try checkFolder()
        for (identifier, place) in tablespaces.sorted(by: { $0.key < $1.key }) {
            try DestinationDirectory(
                path: place, role: "the place of tablespace \(identifier)", owner: request.owner
            ).check()
        }
    }

    /// The folder for all tablespaces must be there, whether or not this backup has any: a typo shows at once.
    private func checkFolder() throws(RestoreError) {
        guard let folder = request.tablespaceFolder else { return }
        guard (try? FileStatus(following: folder))?.kind == .folder else {
            throw .unsafeTarget(
                folder, reason: "--map-all names it, and it is no directory",
                hint: "make it first: mkdir -p \(ShellWord(folder))")
        }
    }

    /// A directory with a server, or with what one left, is in use, whatever else is in it.
    private func refuseServer() throws(RestoreError) {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try ServerPresence.refuse(request.target)
        }
        let shown = ObjectName(request.target).description
        switch ServerPresence.of(request.target) {
        case .stale(let process):
            throw .unsafeTarget(
                shown, reason: "it is a data directory whose server was killed (process \(process) is gone)",
                hint: "it still holds a database: move it away, or restore beside it.")
        case .foreign(let process, let name):
            throw .unsafeTarget(
                shown,
                reason: "its postmaster.pid names process \(process), which is '\(name)' and no server of it",
                hint:
                    "does a server run on it, on another host or in a container? move it away, or restore beside it."
            )
        case .none, .live, .unreadable: return
        }
    }

    private static func isNested(_ one: String, _ other: String) -> Bool {
        one.hasPrefix(other + "/") || other.hasPrefix(one + "/")
    }
}
