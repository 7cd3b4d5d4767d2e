// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Digests

/// As they come, and under a known version with a CRC that is right.
@Sendable func fuzzControl(_ input: [UInt8]) {
    _ = try? ControlFile.parse(input)
    let (steer, bytes) = steered(input)
    let (version, crcOffset) = [(1201, 288), (1300, 288), (1700, 288), (1800, 292)][steer % 4]
    var sealed = Array((bytes + [UInt8](repeating: 0, count: 8192)).prefix(crcOffset))
    sealed.replaceSubrange(8..<12, with: (0..<4).map { UInt8(truncatingIfNeeded: version >> (8 * $0)) })
    var crc = CRC32C()
    crc.update(sealed.span.bytes)
    sealed += crc.bytes
    sealed += [UInt8](repeating: 0, count: 8192 - sealed.count)
    do throws(FormatError) {
        let control = try ControlFile.parse(sealed)
        precondition(Int(control.version) == version && control.walSegmentSize >= 1 << 20)
    } catch {
        guard case .invalidFile(.control, place: "byte 0", _, _) = error else {
            preconditionFailure("refused for another reason: \(error.message)")
        }
    }
}

/// The first byte says which of the small files it is.
@Sendable func fuzzLabels(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    switch steer % 4 {
    case 0:
        guard let label = try? BackupLabel.parse(bytes) else { return }
        precondition(label.startSegment.timeline == label.timeline)
    case 1:
        for path in (try? TablespaceMap.parse(bytes))?.locations.values.map(\.self) ?? [] {
            let parts = path.split(separator: UInt8(ascii: "/"))
            precondition(path.first == UInt8(ascii: "/") && !parts.contains { $0.elementsEqual("..".utf8) })
        }
    case 2:
        if let version = try? MajorVersion.parse(bytes) { precondition((10..<1000).contains(version)) }
    default:
        guard RecoverySettings.areAll(of: bytes) else { return }
        precondition(bytes.starts(with: "primary_".utf8) && bytes.last == UInt8(ascii: "\n"))
    }
}
