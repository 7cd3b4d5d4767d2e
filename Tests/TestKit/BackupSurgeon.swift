// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// A copy of a real backup in tar format on which damage of every kind is done by name.
///
/// Archives are kept unpacked in memory and written by `write`, which also rewrites the sum file, as an
/// attacker would: what is to be found lies in the contents.
public final class BackupSurgeon {
    public let folder: String
    public var base: TarFile
    public var wal: TarFile?
    public var manifest: String?
    /// Written in place of an archive, whatever it was.
    public var replacements: [String: [UInt8]] = [:]
    /// The files that are none of those above: archives of tablespaces.
    public var others: [String: [UInt8]] = [:]

    /// Copies the uncompressed backup in `source` to `folder`, which must not exist.
    public init(copying source: String, to folder: String) throws {
        self.folder = folder
        func read(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(filePath: "\(source)/\(name)")))
        }
        base = TarFile(try read("base.tar"))
        let names = try FileManager.default.contentsOfDirectory(atPath: source)
        if names.contains("pg_wal.tar") { wal = TarFile(try read("pg_wal.tar")) }
        if names.contains("backup_manifest") {
            manifest = String(decoding: try read("backup_manifest"), as: UTF8.self)
        }
        let known: Set = ["base.tar", "pg_wal.tar", "backup_manifest", "backup.sha256", "backup.sha256.info"]
        for name in names where !known.contains(name) { others[name] = try read(name) }
    }

    /// Writes the backup with sums that agree with it.
    public func write() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var files = others
        files["base.tar"] = base.bytes
        files["pg_wal.tar"] = wal?.bytes
        files["backup_manifest"] = manifest.map { Array($0.utf8) }
        for (name, bytes) in replacements {
            files[name.replacing(/\.(gz|zst|lz4|bz2)$/, with: "")] = nil
            files[name] = bytes
        }
        for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)")) }
        try await writeSumFile(in: folder)
        try FileManager.default.removeItem(atPath: "\(folder)/backup.sha256.info")
    }

    // MARK: Members of base.tar

    /// Changes the content of a member.
    public func change(_ name: String, _ body: (inout [UInt8]) -> Void) throws {
        let index = try index(name)
        body(&base.members[index].content)
        base.members[index].seal()
    }

    public func remove(_ name: String) throws { base.members.remove(at: try index(name)) }

    public func add(_ member: TarFile.Member) { base.members.insert(member, at: 3) }

    private func index(_ name: String) throws -> Int {
        guard let index = base.index(of: name) else { throw CocoaError(.fileNoSuchFile) }
        return index
    }

    /// The path of the largest relation file of base.tar.
    public var largestRelation: String {
        base.members.filter { $0.name.hasPrefix("base/") }.max { $0.content.count < $1.content.count }?.name
            ?? ""
    }

    // MARK: Manifest

    /// Makes the manifest agree with base.tar again, its own checksum included.
    public func rewriteManifest() {
        guard let manifest else { return }
        var lines = manifest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (number, line) in lines.enumerated() {
            guard let path = line.firstMatch(of: /"Path": "([^"]*)"/)?.1,
                let member = base.members.first(where: { $0.name == path })
            else { continue }
            var crc = CRC32C()
            crc.update(member.content.span.bytes)
            lines[number] = line.replacing(/"Size": [0-9]+/, with: "\"Size\": \(member.content.count)")
                .replacing(/"Checksum": "[0-9a-f]+"/, with: "\"Checksum\": \"\(Hex.encode(crc.bytes))\"")
        }
        self.manifest = lines.joined(separator: "\n")
        sealManifest()
    }

    /// Computes the manifest's own checksum anew.
    public func sealManifest() {
        guard let manifest, let last = manifest.range(of: "\"Manifest-Checksum\"") else { return }
        let body = Array(manifest[..<last.lowerBound].utf8)
        self.manifest =
            String(decoding: body, as: UTF8.self)
            + "\"Manifest-Checksum\": \"\(SHA256.digest(of: body).hex)\"}\n"
    }

    /// Makes the CRC of a control file agree with the rest again.
    public static func sealControl(_ bytes: inout [UInt8], crcOffset: Int = 288) {
        var crc = CRC32C()
        crc.update(bytes.span.bytes.extracting(first: crcOffset))
        bytes.replaceSubrange(crcOffset..<crcOffset + 4, with: crc.bytes)
    }
}
