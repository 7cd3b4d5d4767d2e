// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import ObjectStore

extension ObjectTask {
    /// What a judgement has to tell; nothing when all is well.
    func findings(_ seen: Observation, _ judgement: ObjectJudgement, _ damaged: [DamagedChunk]) -> [Finding] {
        switch judgement {
        case .sound(.moved): [moved(seen)]
        case .sound(.healed): [healed(seen)]
        case .sound: []
        case .damaged(.sumFileChanged): [sumFileChanged(seen)]
        case .damaged(let cause): differing(seen, cause, damaged)
        case .tampered: tampered(seen, damaged)
        }
    }

    private func moved(_ seen: Observation) -> Finding {
        Finding(
            .pinChanged, .note, object: name, expected: expectation.pin?.validators.summary,
            found: seen.validators.summary,
            message: "copied or uploaded again since \(pinnedOn); the bytes are the same")
    }

    private func healed(_ seen: Observation) -> Finding {
        Finding(
            .pinChanged, .note, object: name, expected: expectation.pin?.sha256, found: seen.sha256,
            message: "was not what the sum file says when first read on \(pinnedOn); now it is")
    }

    /// The bytes are as pinned, so it is the attestor that lies.
    private func sumFileChanged(_ seen: Observation) -> Finding {
        let (attestor, claim) = attestor
        return Finding(
            .checksumMismatch, object: attestor, expected: seen.sha256, found: claim, cause: .sumFileChanged,
            message: "'\(name)' is as first read on \(pinnedOn), but what \(attestor) says of it changed")
    }

    private func tampered(_ seen: Observation, _ damaged: [DamagedChunk]) -> [Finding] {
        let message =
            "bytes and checksum changed together since \(pinnedOn): not the backup that was first read"
        return located(damaged) { offset, length in
            Finding(
                .pinChanged, object: name, offset: offset, length: length, expected: expectation.pin?.sha256,
                found: seen.sha256, cause: .overwritten, message: message)
        }
    }

    private func differing(_ seen: Observation, _ cause: Cause, _ damaged: [DamagedChunk]) -> [Finding] {
        if let sizes = differingSizes(seen) { return [sizeMismatch(seen, cause, sizes)] }
        return located(damaged) { offset, length in
            Finding(
                .checksumMismatch, object: name, offset: offset, length: length,
                expected: expectedDigest, found: foundDigest(seen), cause: cause,
                message: explanation(seen, cause, damaged))
        }
    }

    /// One finding per run of damaged chunks; one for the whole object when nobody knows where.
    private func located(
        _ damaged: [DamagedChunk], _ finding: (UInt64, UInt64) -> Finding
    ) -> [Finding] {
        guard let known, !damaged.isEmpty else { return [finding(0, size)] }
        return damaged.map(\.index).runs.map { chunks in
            let bytes = known.bytes(of: chunks)
            return finding(bytes.lowerBound, bytes.upperBound - bytes.lowerBound)
        }
    }

    // MARK: Words

    private var pinnedOn: String { expectation.pin?.since.day ?? "an unknown day" }

    private var attestor: (name: ObjectName, claim: String?) {
        switch expectation.attestation {
        case .sumFile(let sha256, _): (SumFile.name, sha256)
        case .manifest(_, let digest, _): (BackupManifest.name, digest)
        case nil: (name, nil)
        }
    }

    private var expectedDigest: String? {
        expectation.pin.flatMap { $0.isAttested ? $0.sha256 : nil } ?? attestor.claim
            ?? expectation.pin?.sha256
    }

    private func foundDigest(_ seen: Observation) -> String {
        if case .manifest = expectation.attestation, expectation.pin?.isAttested != true {
            return seen.manifestDigest ?? seen.sha256
        }
        return seen.sha256
    }

    private func explanation(_ seen: Observation, _ cause: Cause, _ damaged: [DamagedChunk]) -> String {
        let chunks = known.map { damaged.isEmpty ? "" : "; \(damaged.count) of \($0.count) chunks" } ?? ""
        let lastGood = (expectation.pin?.lastGood ?? expectation.pin?.since)?.day ?? "an unknown day"
        return switch cause {
        case .bitRot: "bit rot: \(seen.validators.sameness) as on \(lastGood), when it was last good\(chunks)"
        case .overwritten: "overwritten since \(lastGood), when it was last good\(chunks)"
        case .neverGood: "never good: \(attestor.name) says otherwise since the object was first read"
        default: "the bytes are not those first read on \(pinnedOn)\(chunks)"
        }
    }

    // MARK: Sizes

    private struct SizeDifference {
        var expected: UInt64
        var found: UInt64
        var attestor: String
    }

    private func differingSizes(_ seen: Observation) -> SizeDifference? {
        let found = seen.validators.size
        if let pin = expectation.pin, pin.validators.size != found {
            return SizeDifference(expected: pin.validators.size, found: found, attestor: "on \(pinnedOn)")
        }
        if case .manifest(_, _, let size) = expectation.attestation, size != found {
            return SizeDifference(expected: size, found: found, attestor: "by the manifest")
        }
        return nil
    }

    private func sizeMismatch(_ seen: Observation, _ cause: Cause, _ sizes: SizeDifference) -> Finding {
        let isShorter = sizes.found < sizes.expected
        let (low, high) = isShorter ? (sizes.found, sizes.expected) : (sizes.expected, sizes.found)
        let change = isShorter ? "truncated" : "longer"
        return Finding(
            .sizeMismatch, object: name, offset: low, length: high - low, expected: "\(sizes.expected) bytes",
            found: "\(sizes.found) bytes", cause: cause,
            message: "\(change): \(sizes.found) bytes, but \(sizes.expected) \(sizes.attestor)")
    }
}

extension [Int] {
    /// Consecutive numbers of a sorted list as ranges.
    var runs: [Range<Int>] {
        reduce(into: []) { runs, number in
            if let last = runs.last, last.upperBound == number {
                runs[runs.count - 1] = last.lowerBound..<number + 1
            } else {
                runs.append(number..<number + 1)
            }
        }
    }
}

extension Validators {
    /// In a few words, for a finding's expected and found.
    var summary: String {
        [
            etag.map { "ETag \($0)" }, version.map { "version \($0)" }, modified.map { "modified \($0)" },
            inode.map { "inode \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    /// What did not change while the bytes did.
    var sameness: String { etag == nil ? "same size, date and inode" : "same ETag and date" }
}
