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

    private var pinned: Timestamp? { expectation.pin?.since }

    private func moved(_ seen: Observation) -> Finding {
        finding(.moved(from: expectation.pin?.validators, to: seen.validators, pinned: pinned))
    }

    private func healed(_ seen: Observation) -> Finding {
        finding(.healed(expected: expectation.pin?.sha256, found: seen.sha256, pinned: pinned))
    }

    /// The bytes are as pinned, so it is the attestor that lies.
    private func sumFileChanged(_ seen: Observation) -> Finding {
        let (attestor, claim) = attestor
        return Finding(
            .bytes(.attestorChanged(of: name, expected: seen.sha256, found: claim, pinned: pinned)),
            object: attestor, cause: .sumFileChanged)
    }

    private func tampered(_ seen: Observation, _ damaged: [DamagedChunk]) -> [Finding] {
        located(
            .changedWithChecksum(expected: expectation.pin?.sha256, found: seen.sha256, pinned: pinned),
            .overwritten, damaged)
    }

    private func differing(_ seen: Observation, _ cause: Cause, _ damaged: [DamagedChunk]) -> [Finding] {
        resized(seen, cause).map { [$0] }
            ?? located(.differing(difference(seen, damaged)), cause, damaged)
    }

    private func finding(_ fact: Finding.BytesFact) -> Finding { Finding(.bytes(fact), object: name) }

    /// One finding per run of damaged chunks; one for the whole object when nobody knows where.
    private func located(
        _ fact: Finding.BytesFact, _ cause: Cause, _ damaged: [DamagedChunk]
    ) -> [Finding] {
        guard let known, !damaged.isEmpty else {
            return [Finding(.bytes(fact), object: name, offset: 0, length: size, cause: cause)]
        }
        return damaged.map(\.index).runs.map { chunks in
            let bytes = known.bytes(of: chunks)
            return Finding(
                .bytes(fact), object: name, offset: bytes.lowerBound,
                length: bytes.upperBound - bytes.lowerBound, cause: cause)
        }
    }

    private func difference(_ seen: Observation, _ damaged: [DamagedChunk]) -> Finding.BytesFact.Difference {
        Finding.BytesFact.Difference(
            expected: expectedDigest, found: foundDigest(seen), pinned: pinned,
            lastGood: expectation.pin?.lastGood ?? pinned,
            sameness: Finding.BytesFact.Sameness(seen.validators), attestor: attestor.name,
            chunks: damaged.isEmpty ? nil : known.map { .init(damaged: damaged.count, of: $0.count) })
    }

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

    /// Another size than pin or manifest know; nil when it is the right one.
    private func resized(_ seen: Observation, _ cause: Cause) -> Finding? {
        let found = seen.validators.size
        if let pin = expectation.pin, pin.validators.size != found {
            return resized(from: pin.validators.size, to: found, by: .pin(pinned), cause)
        }
        if case .manifest(_, _, let size) = expectation.attestation, size != found {
            return resized(from: size, to: found, by: .manifest, cause)
        }
        return nil
    }

    private func resized(
        from: UInt64, to: UInt64, by source: Finding.BytesFact.SizeSource, _ cause: Cause
    ) -> Finding {
        Finding(
            .bytes(.resized(from: from, to: to, by: source)), object: name, offset: min(from, to),
            length: max(from, to) - min(from, to), cause: cause)
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
