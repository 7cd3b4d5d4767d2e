// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import Inspection

@Suite struct `What a backup says it is` {
    private func identity(_ directory: DataDirectory) -> BackupIdentity { BackupIdentity(directory.contents) }

    private func disagreements(_ directory: DataDirectory) -> [Finding.IdentityFact.Disagreement] {
        identity(directory).findings.compactMap {
            if case .identity(.disagreement(let disagreement)) = $0.fact { disagreement } else { nil }
        }
    }

    @Test func `is one thing when all of it agrees`() {
        let identity = identity(DataDirectory())
        #expect(identity.findings.isEmpty && identity.isComplete && !identity.isOfUnknownVersion)
        #expect((identity.majorVersion, identity.clusterVersion) == (15, 15))
    }

    @Test(arguments: [
        ("global/pg_control", FindingCode.pgControlInvalid), ("PG_VERSION", .pgVersionInvalid),
        ("backup_label", .backupLabelInvalid),
    ])
    func `is missing or is not valid, file by file`(_ path: String, _ code: FindingCode) {
        var directory = DataDirectory()
        directory.files[ObjectName(path)] = nil
        var identity = identity(directory)
        #expect(identity.findings.codes == [code] && !identity.isComplete)
        #expect(identity.findings.first?.member == path)

        directory.files[ObjectName(path)] = [7]
        identity = self.identity(directory)
        #expect(identity.findings.codes == [code] && !identity.isComplete)
        #expect(identity.findings.first?.object == ObjectName(path))
    }

    @Test func `is not called missing where an object broke off`() {
        var directory = DataDirectory()
        directory.files["PG_VERSION"] = nil
        directory.broken = ["backup_label"]
        let identity = identity(directory)
        #expect(identity.findings.isEmpty && !identity.isComplete)
    }

    @Test func `is of a version that nobody knows yet`() {
        var directory = DataDirectory()
        directory.files["global/pg_control"] = ControlBytes(version: 9900).bytes
        let known = identity(directory)
        #expect(known.findings.codes == [.unsupportedFormat] && known.isOfUnknownVersion)
        #expect(known.findings.first?.severity == .warning)

        directory = DataDirectory(control: ControlBytes(catalog: 209_901_011))
        directory.files["PG_VERSION"] = Array("99\n".utf8)
        #expect(identity(directory).findings.codes == [.unsupportedFormat])
    }

    @Test func `is of another version, cluster or time than something else of it`() {
        #expect(
            disagreements(DataDirectory(control: ControlBytes(catalog: 202_107_181)))
                == [.controlOfVersion(14, expected: 15)])
        #expect(
            disagreements(DataDirectory(control: ControlBytes(version: 1201, catalog: 1)))
                == [.controlFormat(1201, expected: 1300, ofVersion: 15)])
        var directory = DataDirectory()
        directory.manifestSystem = 8
        let expected = directory.wal.systemIdentifier
        #expect(disagreements(directory) == [.manifestOfCluster(8, expected: expected)])
        #expect(
            disagreements(DataDirectory(control: ControlBytes(checkpoint: 0x28)))
                == [.checkpoint("0/28", expected: "0/300028")])
        #expect(
            disagreements(DataDirectory(control: ControlBytes(timeline: 2))) == [.timeline(2, expected: 1)])
    }

    @Test func `starts where its label says, by name, number and manifest`() {
        var directory = DataDirectory()
        directory.files["backup_label"] = Array(directory.label(start: "0/500028").utf8)
        let facts = disagreements(directory)
        #expect(facts.contains(.startSegment(directory.wal.name(0), expected: "0/500028")))
        #expect(
            facts.contains(
                .walStart(
                    Sample([.init("0/300028", timeline: 1)]), expected: .init("0/500028", timeline: 1))))
    }

    @Test func `has a place for every tablespace`() {
        var directory = DataDirectory()
        directory.files["tablespace_map"] = Array("16385 /a\n".utf8)
        directory.listed.append(DataDirectory.promise("pg_tblspc/16386/x", [1]))
        #expect(identity(directory).findings.map(\.fact) == [.identity(.unmappedTablespace(16386))])
    }
}
