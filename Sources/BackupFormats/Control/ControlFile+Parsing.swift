// SPDX-License-Identifier: Apache-2.0
import Digests

extension ControlFile {
    /// In bytes: PostgreSQL writes the struct and zeros after it (`PG_CONTROL_FILE_SIZE`).
    private static let fileSize = 8192
    /// `DB_IN_PRODUCTION`.
    private static let lastState: UInt32 = 6
    /// Nothing before this byte has moved since PostgreSQL 12.
    private static let afterVersions = 16

    /// Reads a control file and checks its CRC.
    ///
    /// Throws `.unknownVersion` for a version that is not known, and for a cluster of the other byte order:
    /// that says nothing about the file.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> ControlFile {
        guard bytes.count == fileSize else {
            throw invalid(bytes.count, "\(fileSize) bytes", "\(bytes.count)")
        }
        var reader = BinaryReader(bytes)
        let system = reader.take(UInt64.self)
        let version = reader.take(UInt32.self)
        guard let layout = Layout(version) else { throw unknown(version) }
        try checkSum(bytes, at: layout.crcOffset)
        let file = fields(system, version, &reader)
        guard isPowerOfTwo(file.blockSize, in: 1024...32768),
            isPowerOfTwo(file.walBlockSize, in: 1024...65536),
            isPowerOfTwo(file.walSegmentSize, in: (1 << 20)...(1 << 30)), file.relationSegmentBlocks > 0,
            file.state <= lastState
        else { throw invalid(0, "sizes and a state that PostgreSQL can have", "others under a valid CRC") }
        return file
    }

    /// What differs between versions.
    private struct Layout {
        var crcOffset: Int

        init?(_ version: UInt32) {
            switch version {
            case 1201, 1300, 1700: crcOffset = 288
            // One byte more before the nonce: whether `char` is signed.
            case 1800: crcOffset = 292
            default: return nil
            }
        }
    }

    private static func unknown(_ version: UInt32) -> FormatError {
        let isSwapped = Layout(version.byteSwapped) != nil
        return .unknownVersion(
            .control, found: isSwapped ? "one of a big-endian machine" : "control version \(version)")
    }

    private static func checkSum(_ bytes: [UInt8], at offset: Int) throws(FormatError) {
        var crc = CRC32C()
        crc.update(bytes.span.bytes.extracting(first: offset))
        var reader = BinaryReader(bytes, at: offset)
        let stated = reader.take(UInt32.self)
        guard crc.value == stated else {
            throw invalid(offset, "CRC \(hex(crc.value))", hex(stated))
        }
        guard bytes[(offset + 4)...].allSatisfy({ $0 == 0 }) else {
            throw invalid(offset + 4, "zeros after the CRC", "other bytes")
        }
    }

    private static func fields(
        _ system: UInt64, _ version: UInt32, _ reader: inout BinaryReader
    ) -> ControlFile {
        let catalog = reader.take(UInt32.self)
        let state = reader.take(UInt32.self)
        _ = reader.take(UInt64.self)  // time
        let checkpoint = reader.take(UInt64.self)
        let redo = reader.take(UInt64.self)
        let timeline = reader.take(UInt32.self)
        reader.skip(76)  // the rest of the checkpoint's copy
        _ = reader.take(UInt64.self)  // unloggedLSN
        let minimum = reader.take(UInt64.self)
        _ = reader.take(UInt32.self)  // minRecoveryPointTLI
        _ = (reader.take(UInt64.self), reader.take(UInt64.self))  // backupStartPoint, backupEndPoint
        _ = reader.takeFlag()  // backupEndRequired
        let walLevel = reader.take(UInt32.self)
        _ = reader.takeFlag()  // wal_log_hints
        let limits = Limits(
            connections: reader.take(), workerProcesses: reader.take(), walSenders: reader.take(),
            preparedTransactions: reader.take(), locksPerTransaction: reader.take())
        _ = reader.takeFlag()  // track_commit_timestamp
        _ = (reader.take(UInt32.self), reader.take(UInt64.self))  // maxAlign, floatFormat
        let (block, segment) = (reader.take(UInt32.self), reader.take(UInt32.self))
        let (walBlock, walSegment) = (reader.take(UInt32.self), reader.take(UInt32.self))
        reader.skip(16)  // four limits of names, indexes, TOAST and large objects
        _ = reader.takeFlag()  // float8ByVal
        return ControlFile(
            systemIdentifier: system, version: version, catalogVersion: catalog, state: state,
            checkpoint: LogSequenceNumber(checkpoint), redo: LogSequenceNumber(redo), timeline: timeline,
            minimumRecoveryPoint: LogSequenceNumber(minimum), walLevel: walLevel, limits: limits,
            blockSize: block, relationSegmentBlocks: segment, walBlockSize: walBlock,
            walSegmentSize: walSegment, pageChecksumVersion: reader.take())
    }

    private static func isPowerOfTwo(_ number: UInt32, in range: ClosedRange<UInt32>) -> Bool {
        range.contains(number) && number.nonzeroBitCount == 1
    }

    private static func invalid(_ offset: Int, _ expected: String, _ found: String) -> FormatError {
        .invalidFile(.control, place: "byte \(offset)", expected: expected, found: found)
    }

    private static func hex(_ number: UInt32) -> String { String(number, radix: 16) }
}
