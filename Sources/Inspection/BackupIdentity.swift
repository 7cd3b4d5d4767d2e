// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// Which backup of which cluster the contents are, and whether all that says so agrees.
struct BackupIdentity {
    private(set) var control: ControlFile?
    private(set) var label: BackupLabel?
    private(set) var majorVersion: Int?
    private(set) var findings: [Finding] = []
    /// Whether a newer PostgreSQL made it, or one of another byte order: then nothing is said of pages and WAL.
    private(set) var isOfUnknownVersion = false
    /// False when a control file of an unknown version leaves checks undone.
    private(set) var isComplete = true

    /// Of the PostgreSQL that made it, by its catalogue if that is known, else as PG_VERSION says.
    var clusterVersion: Int? {
        control.flatMap { MajorVersion.ofCatalog($0.catalogVersion) } ?? majorVersion
    }

    private let manifest: BackupManifest?

    init(_ contents: BackupContents) {
        manifest = contents.plan.manifest
        control = read(.control, contents, .pgControlInvalid, ControlFile.parse)
        majorVersion = read(.version, contents, .pgVersionInvalid, MajorVersion.parse)
        label = read(.label, contents, .backupLabelInvalid, BackupLabel.parse)
        let map = read(.tablespaceMap, contents, .tablespaceMap, isRequired: false, TablespaceMap.parse)
        compareVersions()
        compareClusters()
        compareStarts()
        if let map { compareTablespaces(map, contents) }
    }

    private mutating func read<Value>(
        _ file: CapturedFile, _ contents: BackupContents, _ code: FindingCode, isRequired: Bool = true,
        _ parse: ([UInt8]) throws(FormatError) -> Value
    ) -> Value? {
        let holder = contents.objects.first { $0.captured[file] != nil }
        guard let bytes = holder?.captured[file] else {
            // Where an archive broke off, nobody knows what came after.
            if isRequired, contents.objects.allSatisfy(\.isWhole) { findings.append(.missing(file, code)) }
            if isRequired { isComplete = false }
            return nil
        }
        do throws(FormatError) { return try parse(bytes) } catch {
            isComplete = false
            if case .unknownVersion = error { isOfUnknownVersion = true }
            findings.append(.invalid(error, code, in: holder?.object))
            return nil
        }
    }

    private mutating func compareVersions() {
        guard let majorVersion, let control else { return }
        if let found = MajorVersion.ofCatalog(control.catalogVersion), found != majorVersion {
            findings.append(.notOfVersion(majorVersion, expected: "PostgreSQL \(majorVersion)", "\(found)"))
        } else if let expected = MajorVersion.controlVersion(of: majorVersion) {
            guard expected != control.version else { return }
            findings.append(
                .notOfVersion(majorVersion, expected: "control version \(expected)", "\(control.version)"))
        } else {
            isOfUnknownVersion = true
            isComplete = false
            findings.append(
                .invalid(.unknownVersion(.version, found: "\(majorVersion)"), .pgVersionInvalid, in: nil))
        }
    }

    private mutating func compareClusters() {
        guard let system = manifest?.systemIdentifier, let control, control.systemIdentifier != system
        else { return }
        findings.append(
            Finding(
                .wrongCluster, object: BackupManifest.name, expected: "\(control.systemIdentifier)",
                found: "\(system)",
                message: "the manifest is of cluster \(system), pg_control of \(control.systemIdentifier)"))
    }

    /// The label says where recovery starts: so do the manifest and the cluster's own checkpoint.
    private mutating func compareStarts() {
        guard let label else { return }
        if let control,
            label.startSegment.number(size: control.walSegmentSize)
                != label.start.position / UInt64(control.walSegmentSize)
        {
            findings.append(
                .mixedUp(
                    expected: "the file of \(label.start)", found: "\(label.startSegment)", "backup_label"))
        }
        if let control, control.checkpoint < label.checkpoint, !label.isFromStandby {
            findings.append(
                .mixedUp(
                    expected: "a checkpoint from \(label.checkpoint) on", found: "\(control.checkpoint)",
                    "pg_control"))
        }
        // A standby may follow its primary to another timeline while it is backed up.
        if let control,
            control.timeline < label.timeline
                || control.timeline > label.timeline && !label.isFromStandby
        {
            findings.append(
                .mixedUp(
                    expected: "timeline \(label.timeline)", found: "timeline \(control.timeline)",
                    "pg_control"))
        }
        guard let manifest, !manifest.walRanges.isEmpty else { return }
        let starts = manifest.walRanges.map { ($0.timeline, $0.start) }
        guard !starts.contains(where: { $0 == (label.timeline, label.start) }) else { return }
        let found = starts.map { "\($0.1) of timeline \($0.0)" }.listed
        findings.append(
            .mixedUp(expected: "\(label.start) of timeline \(label.timeline)", found: found, "the manifest"))
    }

    /// Every tablespace that has files must have a place, or PostgreSQL would not find them.
    private mutating func compareTablespaces(_ map: TablespaceMap, _ contents: BackupContents) {
        let held = contents.objects.compactMap { object -> UInt32? in
            if case .tablespace(let identifier) = object.source { identifier } else { nil }
        }
        for identifier in Set((manifest?.tablespaces ?? []) + held).sorted()
        where map.locations[identifier] == nil {
            findings.append(
                Finding(
                    .tablespaceMap, member: PostgresFile.tablespaceMap.rawValue,
                    expected: "a line for tablespace \(identifier)", found: "none",
                    message: "tablespace \(identifier) is in the backup and not in its tablespace_map"))
        }
        guard contents.objects.contains(where: { $0.source == .base }) else { return }
        // Each has an archive of its own, if only an empty one.
        for identifier in map.locations.keys.sorted()
        where !held.contains(identifier) && manifest?.tablespaces.contains(identifier) != true {
            findings.append(
                Finding(
                    .tablespaceMap, member: PostgresFile.tablespaceMap.rawValue,
                    expected: "'\(identifier).tar'", found: "nothing",
                    message: "tablespace \(identifier) is in tablespace_map and not in the backup"))
        }
    }
}

extension Finding {
    fileprivate static func missing(_ file: CapturedFile, _ code: FindingCode) -> Finding {
        Finding(
            code, member: file.path, expected: "the file", found: "nothing",
            message: "there is no '\(file.path)': PostgreSQL cannot start on this")
    }

    fileprivate static func invalid(_ error: FormatError, _ code: FindingCode, in object: ObjectName?)
        -> Finding
    {
        if case .unknownVersion(let file, _) = error {
            return Finding(
                .unsupportedFormat, .warning, object: object, member: file.rawValue, expected: error.expected,
                found: error.found, message: "\(error.message): pages and WAL were not judged by it")
        }
        return Finding(
            code, object: object, expected: error.expected, found: error.found, message: error.message)
    }

    fileprivate static func notOfVersion(_ major: Int, expected: String, _ found: String) -> Finding {
        Finding(
            .wrongCluster, member: PostgresFile.control.rawValue, expected: expected, found: found,
            message: "pg_control is not of PostgreSQL \(major), as PG_VERSION says")
    }

    fileprivate static func mixedUp(expected: String, found: String, _ file: String) -> Finding {
        Finding(
            .wrongCluster, expected: expected, found: found,
            message:
                "backup_label, pg_control and manifest are not of one backup: \(file) says \(found), expected \(expected)"
        )
    }
}
