// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// Whatever pieces the bytes come in, the same pages are damaged.
@Sendable func fuzzPages(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    guard let file = RelationFile(steer < 128 ? "base/5/16384" : "base/5/16384.4294967295") else { return }
    let (whole, parts) = (PageCheck(file), PageCheck(file))
    precondition(result(whole, [bytes]) == result(parts, pieces(of: bytes, steer)))
}

private func result(_ check: PageCheck, _ pieces: [[UInt8]]) -> PageDamage {
    var check = check
    for piece in pieces { check.receive(piece.span.bytes) }
    return check.finish()
}

/// Blocks of a header are numbers that somebody wrote; most inputs get the right magic number.
@Sendable func fuzzIncremental(_ input: [UInt8]) {
    let (steer, rest) = steered(input)
    let bytes = steer & 1 == 0 ? rest : [0x0D, 0x1F, 0xAE, 0xD3] + rest
    guard let file = RelationFile("base/5/INCREMENTAL.16384.7") else { return }
    precondition(changed(file, [bytes]) == changed(file, pieces(of: bytes, steer >> 1)))
}

private func changed(_ file: RelationFile, _ pieces: [[UInt8]]) -> PageDamage {
    var check = IncrementalPages(file)
    for piece in pieces { check.receive(piece.span.bytes) }
    return check.finish()
}
