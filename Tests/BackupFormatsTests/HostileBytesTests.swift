// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import Testing

/// Bytes that nobody wrote with good intent: an error or a finding, never the end of the process.
@Suite struct HostileBytesTests {
    /// The same in every run.
    private struct Noise {
        var state: UInt64

        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }

        mutating func byte() -> UInt8 { [0, 1, 0x7F, 0x80, 0xFF, UInt8(next(256))][next(6)] }

        mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for _ in 0...next(6) where !bytes.isEmpty {
                switch next(4) {
                case 0: bytes.remove(at: next(bytes.count))
                case 1: bytes.insert(byte(), at: next(bytes.count))
                default: bytes[next(bytes.count)] = byte()
                }
            }
            return bytes
        }
    }

    @Test func `small files of any content are parsed or refused`() {
        var noise = Noise(state: 7)
        let label = Array(
            """
            START WAL LOCATION: 0/6000028 (file 000000010000000000000006)
            CHECKPOINT LOCATION: 0/6000060
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2026-11-24 15:43:30 UTC
            LABEL: x
            START TIMELINE: 1

            """.utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            if (try? BackupLabel.parse(noise.mutated(label))) != nil { accepted += 1 }
            _ = try? TablespaceMap.parse(noise.mutated(Array("16384 /a\\b\n16390 /c\n".utf8)))
            _ = try? MajorVersion.parse(noise.mutated(Array("15\n".utf8)))
            _ = RelationFile(
                ObjectName(
                    bytes: noise.mutated(Array("pg_tblspc/16384/PG_15_1/5/INCREMENTAL.16384_fsm.1".utf8))))
            _ = WALFileName(noise.mutated(Array("0000000100000000000000FF".utf8)))?.number(size: 1 << 20)
        }
        #expect(accepted > 0)
    }

    @Test func `control files whose CRC is right are parsed or refused whatever they hold`() {
        var noise = Noise(state: 11)
        for version in [1201, 1300, 1700, 1800, 1400] as [UInt32] {
            for _ in 0..<3000 {
                var bytes = [UInt8](repeating: 0, count: 8192)
                for index in 0..<300 { bytes[index] = noise.byte() }
                bytes.replaceSubrange(
                    8..<12, with: (0..<4).map { UInt8(truncatingIfNeeded: version >> ($0 * 8)) })
                let end = version == 1800 ? 292 : 288
                var crc = CRC32C()
                crc.update(bytes.span.bytes.extracting(first: end))
                bytes.replaceSubrange(end..<end + 4, with: crc.bytes)
                for index in (end + 4)..<300 { bytes[index] = 0 }
                _ = try? ControlFile.parse(bytes)
            }
        }
    }

    @Test func `pages and headers of incremental files of any content are summed`() throws {
        var noise = Noise(state: 13)
        let file = try #require(RelationFile("base/5/INCREMENTAL.16384.4294967295"))
        for count in [0, 1, 5, 131_072, 131_073, .max] as [UInt32] {
            for _ in 0..<50 {
                var bytes: [UInt8] = [0x0D, 0x1F, 0xAE, 0xD3]
                for number in [count, count] {
                    bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
                }
                bytes += (0..<noise.next(20_000)).map { _ in noise.byte() }
                var pages = IncrementalPages(file)
                pages.receive(bytes.span.bytes)
                _ = pages.finish()
            }
        }
    }

    /// Page headers that look right, with anything behind them, at places as far out as there are.
    @Test func `WAL of any content is read or refused`() {
        var noise = Noise(state: 17)
        for name in [
            "000000010000000000000006", "FFFFFFFFFFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFF00000FFF",
            "0000000100000000FFFFFFFF",
        ] {
            guard let name = WALFileName(Array(name.utf8)) else { continue }
            for round in 0..<60 {
                let base = (name.number(size: 1 << 20) ?? 0) &* (1 << 20)
                let range = WALRange(
                    timeline: name.timeline, start: LogSequenceNumber(base &+ UInt64(noise.next(20_000))),
                    end: LogSequenceNumber(round % 2 == 0 ? .max : base &+ 100_000))
                var reader = WALReader(ranges: round % 3 == 0 ? nil : [range], systemIdentifier: nil)
                reader.beginSegment(name, size: 1 << 20)
                for page in 0..<4 {
                    reader.receive(Self.page(&noise, base &+ UInt64(page) * 8192, name, page).span.bytes)
                }
                reader.endSegment()
                _ = reader.outcome(start: LogSequenceNumber(base))
            }
        }
    }

    private static func page(_ noise: inout Noise, _ address: UInt64, _ name: WALFileName, _ number: Int)
        -> [UInt8]
    {
        func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
        }
        let isFirst = number == 0
        var page = bytes(0xD110, 2) + bytes(isFirst ? 2 : UInt64(noise.next(16) & 13), 2)
        page +=
            bytes(UInt64(name.timeline), 4) + bytes(address, 8) + bytes(UInt64(noise.next(9000)), 4)
            + bytes(0, 4)
        if isFirst { page += bytes(42, 8) + bytes(1 << 20, 4) + bytes(8192, 4) }
        while page.count < 8192 {
            page += bytes([24, 25, 60, 9000, 0xFFFF_FFFF, 0][noise.next(6)], 4)
            for _ in 0..<noise.next(80) { page.append(noise.byte()) }
        }
        return Array(page.prefix(8192))
    }
}
