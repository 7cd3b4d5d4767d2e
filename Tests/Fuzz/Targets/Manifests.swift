// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import Inspection

/// As they come, and with a last line that is right: else no input would get past the checksum.
@Sendable func fuzzManifest(_ bytes: [UInt8]) {
    check(bytes)
    let body = bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
    check(body + Array("\"Manifest-Checksum\": \"\(SHA256.digest(of: body).hex)\"}\n".utf8))
}

private func check(_ bytes: [UInt8]) {
    let whole = parse(bytes, inPiecesOf: bytes.count)
    precondition(whole == parse(bytes, inPiecesOf: bytes.count % 100 + 1), "pieces are read in another way")
    guard case .success(let manifest) = whole else { return }
    for file in manifest.files {
        let parts = file.path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        precondition(parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual("..".utf8) }, "a path leads out")
        precondition(file.checksum.count == file.algorithm.byteCount, "a checksum has another length")
        _ = RelationFile(file.path)
    }
    precondition(Set(manifest.files.map(\.path)).count == manifest.files.count, "a path came twice")
    for place in manifest.files.indices {
        precondition(manifest.files.place(of: manifest.files[place].path) == place, "a path is not found")
    }
    precondition(manifest.walRanges.allSatisfy { $0.start <= $0.end }, "a range runs backwards")
    _ = InspectionOrder("base.tar", .base, size: 1 << 40, plan: InspectionPlan(manifest: manifest))
        .inspector()
}

private func parse(_ bytes: [UInt8], inPiecesOf size: Int) -> Result<BackupManifest, FormatError> {
    var parser = ManifestParser()
    var place = 0
    while place < bytes.count {
        let end = min(place + size, bytes.count)
        parser.receive(bytes.span.bytes.extracting(place..<end))
        place = end
    }
    do throws(FormatError) { return .success(try parser.finish()) } catch { return .failure(error) }
}

@Sendable func fuzzSumFile(_ bytes: [UInt8]) {
    guard let file = try? SumFile.parse(bytes) else { return }
    precondition(file.digests.count == file.entries.count, "a name came twice")
    for entry in file.entries {
        precondition(entry.digest.utf8.count == 64 && Hex.decode(entry.digest) != nil, "no digest")
        let name = entry.name.bytes
        precondition(name.first != UInt8(ascii: "/") && !name.starts(with: "../".utf8), "a name leads out")
    }
}

@Sendable func fuzzInfoFile(_ bytes: [UInt8]) {
    let info = BackupInfo.parse(bytes)
    let sums = SumFile(entries: [.init(digest: String(repeating: "0", count: 64), name: "base.tar", line: 1)])
    _ = info.contradictions(label: "20261124T163627", sumFile: sums)
}
