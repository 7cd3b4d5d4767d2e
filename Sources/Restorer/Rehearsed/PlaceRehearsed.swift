// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
public import Diagnostics
import Files
import Glibc
import PrivatePostgres

/// The last step of a restore for a cluster that a trial has recovered: nothing is read or recovered, whatever its size.
///
/// Its directories are moved, not copied, into the staging folder of a restore to the new target; from there on they are
/// that restore's, under its journal. The same command goes on where a killed one stopped.
public struct PlaceRehearsed {
    private let cluster: RehearsedCluster
    private let request: RestoreRequest

    /// `request` says where to and with which settings; its goal and archive say nothing here.
    public init(_ cluster: RehearsedCluster, as request: RestoreRequest) {
        self.cluster = cluster
        self.request = request.placing(cluster.identifiers)
    }

    /// Refuses what cannot be done, and changes nothing.
    public func check() throws(RestoreError) {
        guard request.owner.user == cluster.user, request.owner.group == cluster.group else {
            throw .usage(
                "the trial's files are of another user (\(cluster.user)) than \(request.owner)",
                hint: "give --owner the user that the trial had.")
        }
        for identifier in cluster.identifiers where request.tablespaces[identifier] == nil {
            throw .argumentMissing(
                "a directory for tablespace \(identifier)",
                hint: "--map \(identifier)=DIR, or --map-all DIR for all of them.")
        }
        for identifier in request.tablespaces.keys.sorted()
        where !cluster.identifiers.contains(identifier) {
            throw .usage(
                "the trial has no tablespace \(identifier)", hint: "leave out --map \(identifier)=….")
        }
        let destinations = try Destinations(request)
        guard try isLeft() == nil else { return }
        try destinations.checkFree(tablespaces: request.tablespaces)
    }

    /// Returns when the target is there and safe on disk; throws when it is as it was before.
    public func run(
        observer: any RestoreObserver, cancellation: Cancellation
    ) throws(RestoreError) -> RestoreReport {
        let preparation = preparation(observer)
        try check()
        let watch = Stopwatch()
        observer.began(.switch, bytes: nil)
        let target = try StagingArea(identity, restarts: request.restarts, owner: request.owner) {
            (data) throws(RestoreError) in
            try LeftRestore.stop(in: data, cancellation)
        }
        var report = RestoreReport()
        (report.isResumed, report.recovery) = (target.isResumed, cluster.outcome)
        if target.phase == .streaming {
            do { try takeOver(target) } catch {
                // What was moved is not thrown away; what was not is where it was.
                if !hasMoved(target) { try? target.remove() }
                throw error
            }
        }
        if target.phase != .placing {
            report.take(try preparation.prepare(target.data, cluster.majorVersion))
            try target.enter(.placing)
        }
        try target.place()
        if report.firstStart == nil, let settled = preparation.settled() { report.take(settled) }
        do { try target.remove() } catch {
            observer.noted("'\(target.path)' could not be removed: \(error.message)")
        }
        report.majorVersion = cluster.majorVersion
        report.phases = [RestorePhase(.switch, seconds: watch.seconds)]
        return report
    }

    // MARK: Moving

    /// Moves what the trial has left into the staging folders; may be repeated.
    private func takeOver(_ target: StagingArea) throws(RestoreError) {
        var moves = [(cluster.data, target.folder)]
        for (identifier, folder) in target.tablespaceFolders {
            if let part = cluster.tablespaces["\(identifier)"] { moves.append((part, folder)) }
        }
        for (part, folder) in moves { try requireUntouched(part, folder) }
        try requireShutDown(hasMoved(target) ? target.data : cluster.data.path)
        for (part, folder) in moves { try move(part, folder) }
        // Nothing is recovered from here on, whatever becomes of the settings.
        try target.enter(.recovered)
    }

    /// Where it is, or has been moved to, it is what the trial proved.
    private func requireUntouched(_ part: RehearsedCluster.Part, _ folder: StagedFolder) throws(RestoreError)
    {
        for path in [part.path, folder.place.data] {
            guard let found = try? RehearsedCluster.Part(path), found.inode == part.inode else { continue }
            guard found.digest == part.digest else { throw spoiled("files in '\(path)' were changed since") }
            return
        }
        throw spoiled("'\(part.path)' is gone, or is another directory")
    }

    private func requireShutDown(_ data: String) throws(RestoreError) {
        guard try DataDirectory(data).control().clusterState == .shutDown else {
            throw spoiled("pg_control does not say that its server was shut down")
        }
    }

    private func spoiled(_ reason: String) -> RestoreError {
        .unsafeTarget(
            ObjectName(request.target).description,
            reason: "what the trial has left is not what it proved: \(reason)",
            hint: "restore the backup itself: leave out --from-trial.")
    }

    private func hasMoved(_ target: StagingArea) -> Bool {
        (try? FileStatus(at: target.data))?.validators.inode == cluster.data.inode
    }

    private func move(_ part: RehearsedCluster.Part, _ folder: StagedFolder) throws(RestoreError) {
        let from = StagedPlace(part.path)
        do throws(SystemError) {
            if try folder.dataIdentity() == part.inode { return }
            let parent = try FileDescriptor(folderAt: from.parent)
            try parent.rename(from.name.utf8, to: "data".utf8, in: folder.descriptor)
            try folder.descriptor.sync()
        } catch {
            guard error.code == EXDEV else { throw .failed("moving", part.path, error) }
            throw .unsafeTarget(
                folder.place.final, reason: "it is on another file system than what the trial has left",
                hint: "name a directory on that one, or try the backup with --scratch on this one.")
        }
    }

    /// An interrupted run of the same, if there is one.
    private func isLeft() throws(RestoreError) -> RestoreJournal.Phase? {
        try StagingArea.phaseToContinue(identity, restarts: request.restarts)
    }

    private var identity: RestoreJournal.Identity {
        let files = "trial \(cluster.data.digest)"
        return RestoreJournal.Identity(
            backup: cluster.place.url, objects: files, target: request.target,
            tablespaces: Dictionary(
                request.tablespaces.map { ("\($0.key)", $0.value) }, uniquingKeysWith: { first, _ in first }),
            request: files, wal: nil, files: files, settings: nil, archiving: request.archiving?.rawValue)
    }

    private func preparation(_ observer: any RestoreObserver) -> StartPreparation {
        StartPreparation(
            request: request, token: identity.token, binaries: request.binaries, noted: observer.noted)
    }
}
