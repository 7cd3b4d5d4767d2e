// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests

/// Which backup of which cluster the contents are, and whether all that says so agrees.
struct BackupIdentity {
    private(set) var control: ControlFile?
    private(set) var label: BackupLabel?
    private(set) var majorVersion: Int?
    private(set) var findings: [Finding] = []
    /// Whether a newer PostgreSQL made it, or one of another byte order: then nothing is said of pages and WAL.
    private(set) var isOfUnknownVersion = false
    /// Whether it is the data directory of a server that was shut down, and no online backup: it needs no label, and of
    /// WAL only its last checkpoint.
    private(set) var isColdCopy = false
    /// False when a control file of an unknown version leaves checks undone.
    private(set) var isComplete = true

    /// Of the PostgreSQL that made it, by its catalogue if that is known, else as PG_VERSION says.
    var clusterVersion: Int? {
        control.flatMap { MajorVersion.ofCatalog($0.catalogVersion) } ?? majorVersion
    }

    private let manifest: BackupManifest?
    /// Whether the manifest vouches for the tablespace map as it is.
    private let isMapProven: Bool

    init(_ contents: BackupContents) {
        manifest = contents.plan.manifest
        let mapName = ObjectName(PostgresFile.tablespaceMap.rawValue)
        isMapProven =
            manifest?.files[mapName].map { $0.algorithm != .none } == true
            && !contents.objects.contains { object in
                object.findings.kept.contains { $0.member == mapName.description && $0.severity == .error }
            }
        control = read(.control, .control, contents, ControlFile.parse)
        majorVersion = read(.version, .version, contents, MajorVersion.parse)
        let isDown = control?.clusterState == .shutDown || control?.clusterState == .shutDownInRecovery
        isColdCopy = manifest == nil && isDown && contents.objects.allSatisfy { $0.captured[.label] == nil }
        label = read(.label, .label, contents, isRequired: !isColdCopy, BackupLabel.parse)
        let map = read(.tablespaceMap, .tablespaceMap, contents, isRequired: false, TablespaceMap.parse)
        compareVersions()
        compareClusters()
        compareStarts()
        if let map { compareTablespaces(map, contents) }
    }

    private mutating func read<Value>(
        _ file: CapturedFile, _ kind: Finding.IdentityFact.File, _ contents: BackupContents,
        isRequired: Bool = true,
        _ parse: ([UInt8]) throws(FormatError) -> Value
    ) -> Value? {
        let holder = contents.objects.first { $0.captured[file] != nil }
        guard let bytes = holder?.captured[file] else {
            // Where an archive broke off, nobody knows what came after.
            if isRequired, contents.objects.allSatisfy(\.isWhole) {
                findings.append(Finding(.identity(.missing(kind)), member: file.path))
            }
            if isRequired { isComplete = false }
            return nil
        }
        do throws(FormatError) { return try parse(bytes) } catch {
            isComplete = false
            if case .unknownVersion = error { isOfUnknownVersion = true }
            findings.append(Finding(error, kind, in: holder?.object))
            return nil
        }
    }

    private mutating func compareVersions() {
        guard let majorVersion, let control else { return }
        if let found = MajorVersion.ofCatalog(control.catalogVersion), found != majorVersion {
            add(.controlOfVersion(found, expected: majorVersion), member: PostgresFile.control.rawValue)
        } else if let expected = MajorVersion.controlVersion(of: majorVersion) {
            guard expected != control.version else { return }
            add(
                .controlFormat(control.version, expected: expected, ofVersion: majorVersion),
                member: PostgresFile.control.rawValue)
        } else {
            isOfUnknownVersion = true
            isComplete = false
            findings.append(
                Finding(FormatError.unknownVersion(.version, found: "\(majorVersion)"), .version, in: nil))
        }
    }

    private mutating func compareClusters() {
        guard let system = manifest?.systemIdentifier, let control, control.systemIdentifier != system
        else { return }
        add(.manifestOfCluster(system, expected: control.systemIdentifier), object: BackupManifest.name)
    }

    /// The label says where recovery starts: so do the cluster's own checkpoint and the manifest.
    private mutating func compareStarts() {
        guard let label else { return }
        if let control { compareStarts(label, control) }
        guard let manifest, !manifest.walRanges.isEmpty else { return }
        let start = Finding.WALPosition("\(label.start)", timeline: label.timeline)
        let starts = manifest.walRanges.map {
            Finding.WALPosition("\($0.start)", timeline: $0.timeline)
        }
        if !starts.contains(start) { add(.walStart(Sample(starts), expected: start)) }
    }

    private mutating func compareStarts(_ label: BackupLabel, _ control: ControlFile) {
        let segment = label.start.position / UInt64(control.walSegmentSize)
        if label.startSegment.number(size: control.walSegmentSize) != segment {
            add(.startSegment("\(label.startSegment)", expected: "\(label.start)"))
        }
        if control.checkpoint < label.checkpoint, !label.isFromStandby {
            add(.checkpoint("\(control.checkpoint)", expected: "\(label.checkpoint)"))
        }
        // A standby may follow its primary to another timeline while it is backed up.
        if control.timeline < label.timeline || control.timeline > label.timeline && !label.isFromStandby {
            add(.timeline(control.timeline, expected: label.timeline))
        }
    }

    private mutating func add(
        _ disagreement: Finding.IdentityFact.Disagreement, object: ObjectName? = nil, member: String? = nil
    ) {
        findings.append(Finding(.identity(.disagreement(disagreement)), object: object, member: member))
    }

    /// Every tablespace that has files must have a place, or PostgreSQL would not find them.
    ///
    /// Where the manifest vouches for the map no line was lost: then one without is likely to lie in the data directory
    /// itself (`allow_in_place_tablespaces`), and a restore asks for its place in any case.
    private mutating func compareTablespaces(_ map: TablespaceMap, _ contents: BackupContents) {
        let held = contents.objects.compactMap { object -> UInt32? in
            if case .tablespace(let identifier) = object.source { identifier } else { nil }
        }
        for identifier in Set((manifest?.tablespaces ?? []) + held).sorted()
        where map.locations[identifier] == nil {
            findings.append(
                Finding(
                    .identity(.unmappedTablespace(identifier)), isMapProven ? .warning : .error,
                    member: PostgresFile.tablespaceMap.rawValue))
        }
        guard contents.objects.contains(where: { $0.source == .base }) else { return }
        // Each has an archive of its own, if only an empty one.
        for identifier in map.locations.keys.sorted()
        where !held.contains(identifier) && manifest?.tablespaces.contains(identifier) != true {
            findings.append(
                Finding(
                    .identity(.lostTablespace(identifier)), member: PostgresFile.tablespaceMap.rawValue))
        }
    }
}

extension Finding {
    /// One of the small files that is not what its format wants, or is of a version that nobody knows.
    fileprivate init(_ error: FormatError, _ file: IdentityFact.File, in object: ObjectName?) {
        let fault = FormatFault(error)
        if case .unknownVersion(let file, _) = error {
            self.init(.identity(.unknownVersion(fault)), object: object, member: file.rawValue)
        } else {
            self.init(.identity(.invalid(file, fault)), object: object)
        }
    }
}
