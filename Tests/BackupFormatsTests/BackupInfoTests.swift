// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

private let sample = """
    # pg_backctl backup checksums
    backup_label: 20251027T143000
    backup_timestamp: 2025-10-27T14:30:00.123Z
    checksum_algorithm: SHA256
    checksum_tool: sha256sum (GNU coreutils) 9.1
    manifest_file: backup.sha256

    # Files in this backup:
    #   ./backup_manifest
    #   ./base.tar.gz
    #   ./pg_wal.tar.gz
    # Total files: 3
    #
    # To verify: sha256sum -c backup.sha256
    """

private func sums(_ names: ObjectName...) -> SumFile {
    SumFile(
        entries: names.map { SumFile.Entry(digest: String(repeating: "0", count: 64), name: $0, line: 1) })
}

private func info(_ text: String) -> BackupInfo { BackupInfo.parse(Array(text.utf8)) }

@Suite struct `The info file` {
    @Test func `tells what its producer wrote`() throws {
        let info = info(sample)
        #expect(info.label == "20251027T143000")
        #expect(info.timestamp == Timestamp(iso8601: "2025-10-27T14:30:00.123Z"))
        #expect(info.algorithm == "SHA256")
        #expect(info.tool == "sha256sum (GNU coreutils) 9.1")
        #expect(info.sumFileName == "backup.sha256")
        #expect(info.files == ["backup_manifest", "base.tar.gz", "pg_wal.tar.gz"])
        #expect(info.fileCount == 3)
        let sumFile = sums("base.tar.gz", "pg_wal.tar.gz", "backup_manifest")
        #expect(info.contradictions(label: "db1/20251027T143000", sumFile: sumFile) == [])
    }

    @Test(arguments: [
        "", "\u{FEFF}\0\n\n:\n::", "\r\n \t\r\n", "backup_timestamp: yesterday\n# Total files: -",
        "backup_label",
    ])
    func `is never refused`(text: String) {
        let info = info(text)
        #expect(info.timestamp == nil && info.fileCount == nil && info.files.isEmpty)
        #expect(info.contradictions(label: "x", sumFile: nil).count == 1)
    }

    @Test(arguments: [
        (
            "backup_label: 20251027T143001",
            "the label is '20251027T143001', the folder is 'db1/20251027T143000'"
        ),
        ("checksum_algorithm: MD5", "the checksum algorithm is 'MD5', the sum file holds SHA256"),
        ("manifest_file: ../sums", "the sum file is called '../sums', expected 'backup.sha256'"),
        ("# Total files: 9", "the number of files is 9, the sum file lists 2"),
        ("#  ./base.tar\n# Total files: 2", "the number of files is 2, but 1 are listed"),
        ("#  ./base.tar", "'pg_wal.tar' is listed in the sum file only"),
        ("#  ./base.tar\n#  ./pg_wal.tar\n# ./x", "'x' is listed in the info file only"),
    ])
    func `is contradicted by what is there`(text: String, message: String) {
        let found = info(text).contradictions(
            label: "db1/20251027T143000", sumFile: sums("base.tar", "pg_wal.tar"))
        #expect(found.contains(message), "\(found)")
    }

    @Test(arguments: [
        ("# ./base.tar\n# ./backup_manifest\n# ./backup.sha256\n# Total files: 3", sums("base.tar")),
        ("# Total files: 1", sums("base.tar", "backup_manifest")),
        ("# Total files: 4", sums("base.tar", "backup_manifest")),
    ])
    func `may leave out or name the files that a sum file need not list`(text: String, sumFile: SumFile)
        throws
    {
        let list = try #require(sample.firstRange(of: "# Files")).lowerBound
        #expect(info(sample[..<list] + text).contradictions(label: "20251027T143000", sumFile: sumFile) == [])
    }

    @Test func `with one flipped bit contradicts, or claims the same but for a moment or the tool`() {
        let sumFile = sums("base.tar.gz", "pg_wal.tar.gz", "backup_manifest")
        var honest = info(sample)
        honest.timestamp = nil
        let bytes = Array(sample.utf8)
        for position in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[position] ^= 1 << bit
                var found = BackupInfo.parse(flipped)
                let messages = found.contradictions(label: "20251027T143000", sumFile: sumFile)
                found.timestamp = nil
                found.tool = honest.tool
                found.algorithm = found.algorithm?.uppercased()
                #expect(!messages.isEmpty || found == honest, "byte \(position), bit \(bit)")
            }
        }
    }

    @Test func `cannot bring control characters into a message`() {
        let found = info("backup_label: \u{1B}[31m").contradictions(label: "x", sumFile: nil)
        #expect(found.first == "the label is '\\x1B[31m', the folder is 'x'")
    }
}
