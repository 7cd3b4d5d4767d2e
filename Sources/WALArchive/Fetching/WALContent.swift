// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Digests

/// Judges the unpacked bytes of a file of WAL on their way to the disk.
final class WALContent: ByteSink {
    private let file: ArchivedWALFile
    private let output: PendingFile?
    private var check: WALSegmentCheck?
    /// All bytes of what is no segment.
    private(set) var text: [UInt8] = []
    private var sha1: SHA1?
    private(set) var count: UInt64 = 0
    /// Why writing failed.
    private(set) var failure: WALArchiveError?

    /// Without `output` the bytes are judged only.
    init(
        _ file: ArchivedWALFile, of archive: WALExpectations, into output: PendingFile?, hashes: Bool = false
    ) {
        (self.file, self.output) = (file, output)
        sha1 = hashes ? SHA1() : nil
        check = file.segment.map {
            WALSegmentCheck(
                $0, segmentSize: archive.segmentSize, systemIdentifier: archive.systemIdentifier,
                mark: archive.mark)
        }
    }

    func receive(_ bytes: RawSpan) throws(ArchiveError) {
        count += UInt64(bytes.byteCount)
        sha1?.update(bytes)
        if check == nil { unsafe bytes.withUnsafeBytes { unsafe text.append(contentsOf: $0) } }
        check?.receive(bytes)
        do throws(WALArchiveError) { try output?.write(bytes) } catch {
            failure = error
            throw stop
        }
        if check?.hasFault == true { throw stop }
    }

    func finish() throws(ArchiveError) {}

    /// Ends the unpacking; the reason is told by `failure` or `verdict`.
    private var stop: ArchiveError {
        ArchiveError(.forbidden, at: count, inDecoded: true, expected: "sound WAL", found: "a fault")
    }

    /// Whether unpacking was ended here.
    var hasStopped: Bool { failure != nil || check?.hasFault == true }

    var sha1Digits: String? { (sha1?.finalized()).map { Hex.encode($0) } }

    /// What a segment is; nil for the other files.
    func verdict() -> WALSegmentVerdict? { check?.finish() }

    /// Where WAL ends in a segment that is not whole, if it can have ended there.
    func end(isCutShort: Bool = false) -> WALSegmentEnd? { check?.end(isCutShort: isCutShort) }

    /// What is there of a segment for a recovery that ends in it before whatever is wrong.
    func end(behind goal: LogSequenceNumber) -> WALSegmentEnd? { check?.end(behind: goal) }

    /// What is wrong with a file that is no segment.
    func textFault() -> FormatError? {
        do throws(FormatError) {
            switch file {
            case .segment: break
            case .history(let timeline): _ = try TimelineHistory.parse(text, timeline: timeline)
            case .backupHistory:
                guard text.starts(with: "START WAL LOCATION: ".utf8) else {
                    throw .invalidFile(
                        .label, place: "line 1", expected: "START WAL LOCATION", found: "something else")
                }
            }
            return nil
        } catch {
            return error
        }
    }
}
