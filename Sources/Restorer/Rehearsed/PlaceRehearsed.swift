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
        let isLeft = try isLeft()
        try Destinations(request).check(tablespaces: request.tablespaces, isLeft: isLeft)
        guard !isLeft else { return }
        for (part, place) in parts {
            try requireUntouched(part)
            try requireSameFileSystem(part, StagedPlace(place))
        }
        try requireShutDown()
    }

    /// Whether it goes on where a killed run stopped.
    public var continues: Bool { get throws(RestoreError) { try isLeft() } }

    /// Returns when the target is there and safe on disk; throws when it is as it was before.
    ///
    /// `beforeMoving` is called before the first directory leaves the trial's folder, for which that must not be taken away
    /// from then on.
    public func run(
        observer: any RestoreObserver, cancellation: Cancellation,
        beforeMoving: () throws(RestoreError) -> Void
    ) throws(RestoreError) -> RestoreReport {
        try check()
        let (watch, preparation) = (Stopwatch(), preparation(observer))
        observer.began(.switch, bytes: nil)
        let target = try StagingArea(identity, restarts: false, owner: request.owner) {
            (data) throws(RestoreError) in
            try LeftRestore.stop(in: data, cancellation)
        }
        var report = RestoreReport()
        (report.isResumed, report.recovery) = (target.isResumed, cluster.outcome)
        if target.phase != .placing {
            try beforeMoving()
            try target.enter(.moving)
            try takeOver(target)
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

    // MARK: Looking

    /// Each part with the place that it goes to, the data directory last: while it is not there, nothing looks moved.
    private var parts: [(RehearsedCluster.Part, String)] {
        cluster.identifiers.compactMap { identifier in
            guard let part = cluster.tablespaces["\(identifier)"], let place = request.tablespaces[identifier]
            else { return nil }
            return (part, place)
        } + [(cluster.data, request.target)]
    }

    /// It is what the trial proved.
    private func requireUntouched(_ part: RehearsedCluster.Part) throws(RestoreError) {
        guard let found = try? RehearsedCluster.Part(part.path), found.inode == part.inode else {
            throw spoiled("'\(part.path)' is gone, or is another directory")
        }
        guard found.digest == part.digest else { throw spoiled("files in '\(part.path)' were changed since") }
    }

    private func requireShutDown() throws(RestoreError) {
        guard try DataDirectory(cluster.data.path).control().clusterState == .shutDown else {
            throw spoiled("pg_control does not say that its server was shut down")
        }
    }

    private func spoiled(_ reason: String) -> RestoreError {
        .unsafeTarget(
            ObjectName(request.target).description,
            reason: "what the trial has left is not what it proved: \(reason)",
            hint: "restore the backup itself: leave out --from-trial.")
    }

    /// A rename goes no further than that.
    private func requireSameFileSystem(_ part: RehearsedCluster.Part, _ place: StagedPlace)
        throws(RestoreError)
    {
        let devices: (UInt64, UInt64)
        do throws(SystemError) {
            devices = (try FileStatus(at: part.path).device, try FileStatus(following: place.parent).device)
        } catch { throw .failed("looking at", place.parent, error) }
        guard devices.0 != devices.1 else { return }
        throw .unsafeTarget(
            ObjectName(place.final).description,
            reason: "it is on another file system than what the trial has left",
            hint: "name a directory on that one, or try the backup with --scratch on this one.")
    }

    // MARK: Moving

    /// Moves what the trial has left into the staging folders; may be repeated.
    private func takeOver(_ target: StagingArea) throws(RestoreError) {
        for (identifier, folder) in target.tablespaceFolders.sorted(by: { $0.key < $1.key }) {
            if let part = cluster.tablespaces["\(identifier)"] { try move(part, folder) }
        }
        try move(cluster.data, target.folder)
    }

    private func move(_ part: RehearsedCluster.Part, _ folder: StagedFolder) throws(RestoreError) {
        // An earlier run has moved it, and may have settled what stands in it.
        guard try !isMoved(part, folder) else { return }
        try requireUntouched(part)
        let from = StagedPlace(part.path)
        do throws(SystemError) {
            let parent = try FileDescriptor(folderAt: from.parent)
            try parent.rename(from.name.utf8, to: "data".utf8, in: folder.descriptor)
            try folder.descriptor.sync()
        } catch { throw .failed("moving", part.path, error) }
    }

    private func isMoved(_ part: RehearsedCluster.Part, _ folder: StagedFolder) throws(RestoreError) -> Bool {
        do { return try folder.dataIdentity() == part.inode } catch {
            throw .failed("looking at", folder.place.data, error)
        }
    }

    /// Whether an interrupted run of the same has begun to move.
    private func isLeft() throws(RestoreError) -> Bool {
        let phase = try StagingArea.phaseToContinue(identity, restarts: false)
        return phase == .moving || phase == .placing
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
