// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Digests
import Inspection

/// Archives as they come, and with headers whose checksums are right, in pieces and at once.
@Sendable func fuzzTar(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    for archive in steer < 128 ? [bytes, sealed(bytes)] : [sealed(bytes)] {
        let (whole, parts) = (Members(), Members())
        let first = feed(TarReader(into: whole), [archive])
        precondition(first == feed(TarReader(into: parts), pieces(of: archive, steer)))
        precondition(whole == parts, "other members in other pieces")
        precondition(first != nil || whole.open == nil, "a member without its end")
    }
}

/// Puts the right sum and magic into every header, found by the sizes that stand in them.
private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = 0
    while place + 512 <= bytes.count {
        let header = bytes[place..<place + 512]
        guard header.contains(where: { $0 != 0 }) else { break }
        bytes.replaceSubrange(place + 257..<place + 265, with: Array("ustar\0".utf8) + Array("00".utf8))
        bytes.replaceSubrange(place + 148..<place + 156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = bytes[place..<place + 512].reduce(0) { $0 + Int($1) }
        let digits = Array(String(sum, radix: 8).utf8)
        let field = [UInt8](repeating: 0x30, count: 6 - digits.count) + digits + [0, 0x20]
        bytes.replaceSubrange(place + 148..<place + 156, with: field)
        let octal = bytes[place + 124..<place + 136].prefix { (0x30...0x37).contains($0) }
        let size = octal.reduce(0) { $0 << 3 | Int($1 - 0x30) }
        if bytes[place...].starts(with: "global/pg_control\0".utf8) { sealControl(&bytes, at: place + 512) }
        place += 512 + (size + 511) / 512 * 512
    }
    return bytes
}

/// The right CRC for a control file, where it stands in the version that it says it has.
private func sealControl(_ bytes: inout [UInt8], at start: Int) {
    guard start + 296 <= bytes.count else { return }
    let version = Int(bytes[start + 8]) | Int(bytes[start + 9]) << 8
    let end = start + (version == 1800 ? 292 : 288)
    var crc = CRC32C()
    crc.update(bytes.span.bytes.extracting(start..<end))
    bytes.replaceSubrange(end..<end + 4, with: crc.bytes)
}

/// The magic number goes before the input, so that it gets to the decoder.
@Sendable func fuzzCodec(_ magic: [UInt8], _ input: [UInt8]) {
    let (steer, rest) = steered(input)
    let bytes = rest.starts(with: magic) ? rest : magic + rest
    let (whole, parts) = (Count(), Count())
    let budget: UInt64 = 4 << 20
    let isMany = steer & 0x80 != 0
    let first = feed(Decompressor(into: whole, budget: budget, manyGzipMembers: isMany), [bytes])
    let second = feed(
        Decompressor(into: parts, budget: budget, manyGzipMembers: isMany), pieces(of: bytes, steer))
    precondition(first?.reason == second?.reason, "accepted, or refused, in one way only")
    precondition(first?.offset == second?.offset, "another place in other pieces")
    precondition(whole.count <= budget && parts.count <= budget, "more than the budget")
    precondition(first != nil || whole == parts, "other bytes in other pieces")
}

/// The whole chain, from the bytes of up to four objects to the findings of all together.
///
/// Objects are told apart by a word between them; the first byte of each says what it is.
@Sendable func fuzzContents(_ input: [UInt8]) {
    let steer = Int(input.first ?? 0)
    let plan = InspectionPlan(manifest: steer & 0x80 == 0 ? manifest : nil)
    var names: Set<ObjectName> = []
    var contents: [ObjectContents] = []
    for part in input.split(separator: Array("|NEXT|".utf8), maxSplits: 3) {
        let (steer, bytes) = steered(Array(part))
        let (name, source) = object(steer >> 3 & 3, number: contents.count)
        guard names.insert(name).inserted else { continue }
        let archive = steer & 0x20 == 0 && source != .directory ? sealed(bytes) : bytes
        let order = InspectionOrder(name, source, size: UInt64(archive.count), plan: plan)
        let inspector = order.inspector()
        // Many tiny pieces of a large object would take most of the time.
        let size = archive.count > 4096 ? steer | 4 : steer
        for piece in pieces(of: archive, size) { inspector.receive(piece.span.bytes) }
        contents.append(inspector.finish())
    }
    let verdict = BackupContents(plan, contents).conclude(
        hasOwnArchiveForWAL: steer & 0x40 == 0, hasManifest: plan.manifest != nil)
    precondition(verdict.findings.count < 100_000)
    for finding in verdict.findings {
        precondition(!finding.message.unicodeScalars.contains { $0.value < 0x20 }, "a control character")
    }
}

private func object(_ kind: Int, number: Int) -> (ObjectName, ContentSource) {
    let files: [ObjectName] = [
        "base/5/16384", "global/pg_control", "backup_label", "pg_wal/00000001000000000000000B",
    ]
    switch kind {
    case 0: return ("base.tar", .base)
    case 1: return ("16384.tar", .tablespace(16384))
    case 2: return ("pg_wal.tar", .wal)
    default: return (files[number], .directory)
    }
}

private let manifest = BackupManifest(
    version: 1, systemIdentifier: nil,
    files: [
        .init(path: "PG_VERSION", size: 3, algorithm: .crc32c, checksum: [1, 2, 3, 4]),
        .init(path: "postgresql.auto.conf", size: 88, algorithm: .none, checksum: []),
        .init(path: "global/pg_control", size: 8192, algorithm: .none, checksum: []),
        .init(path: "base/5/16384", size: 8192, algorithm: .none, checksum: []),
    ],
    walRanges: [.init(timeline: 1, start: LogSequenceNumber(0xB0_0028), end: LogSequenceNumber(0xB0_0100))],
    checksum: "")

private func feed(_ sink: any ByteSink, _ pieces: [[UInt8]]) -> ArchiveError? {
    do throws(ArchiveError) {
        for piece in pieces { try sink.receive(piece.span.bytes) }
        try sink.finish()
        return nil
    } catch {
        return error
    }
}

/// How many bytes came out, and what they add up to.
private final class Count: ByteSink, Equatable {
    private(set) var count: UInt64 = 0
    private var sum: UInt64 = 0

    func receive(_ bytes: RawSpan) {
        count += UInt64(bytes.byteCount)
        bytes.withUnsafeBytes { for byte in $0 { sum = (sum &* 31) &+ UInt64(byte) } }
    }

    func finish() {}

    static func == (left: Count, right: Count) -> Bool { left.count == right.count && left.sum == right.sum }
}

/// What a reader of archives promises: a member has as many bytes as it announced, and then an end.
private final class Members: MemberSink, Equatable {
    private(set) var open: TarMember?
    private var left: UInt64 = 0
    private var paths: Set<[UInt8]> = []
    private var content = Count()

    func begin(_ member: TarMember) {
        precondition(open == nil || open?.kind == .directory, "a member in a member")
        precondition(paths.insert(member.path).inserted, "a path came twice")
        (open, left) = (member.kind == .file ? member : nil, member.size)
    }

    func receive(_ bytes: RawSpan) {
        precondition(open != nil && UInt64(bytes.byteCount) <= left, "more bytes than announced")
        left -= UInt64(bytes.byteCount)
        content.receive(bytes)
    }

    func end() {
        precondition(open != nil && left == 0, "an end too early")
        open = nil
    }

    static func == (left: Members, right: Members) -> Bool {
        left.paths == right.paths && left.content == right.content
    }
}
