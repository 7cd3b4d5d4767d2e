// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: BytesFact) -> Sentence {
        switch fact {
        case .moved(let from, let to, let pinned):
            Sentence(
                "copied or uploaded again since \(day(pinned)); the bytes are the same",
                expected: from?.words, found: to.words)
        case .healed(let expected, let found, let pinned):
            Sentence(
                "was not what the sum file says when first read on \(day(pinned)); now it is",
                expected: expected, found: found)
        case .attestorChanged(let name, let expected, let found, let pinned):
            Sentence(
                "'\(name)' is as first read on \(day(pinned)), but what \(object ?? "") says of it changed",
                expected: expected, found: found)
        case .changedWithChecksum(let expected, let found, let pinned):
            Sentence(
                "bytes and checksum changed together since \(day(pinned)): not the backup that was first read",
                expected: expected, found: found)
        case .changeNotAccepted:
            Sentence(
                "an earlier run found it changed together with its checksum, and nobody has accepted that")
        case .differing(let difference): sentence(difference)
        case .resized(let from, let to, let source): resized(from, to, source)
        case .listedSize(let expected, let found):
            Sentence(
                "has \(found) bytes, expected \(expected)", expected: "\(expected) bytes",
                found: "\(found) bytes")
        case .rotted(let expected, let found, let sameness, let pinned):
            Sentence(
                "bit rot: \(sameness.words) as when first read on \(pinned.day)", expected: expected,
                found: found)
        case .rewritten(let expected, let found, let pinned):
            Sentence("rewritten since it was first read on \(pinned.day)", expected: expected, found: found)
        case .knownSince(let when, let what): Sentence("known since \(when)" + (what.map { ": \($0)" } ?? ""))
        }
    }

    private func resized(_ from: UInt64, _ to: UInt64, _ source: BytesFact.SizeSource) -> Sentence {
        let promise =
            switch source {
            case .pin(let pinned): "on \(day(pinned))"
            case .manifest: "by the manifest"
            }
        return Sentence(
            "\(to < from ? "truncated" : "longer"): \(to) bytes, but \(from) \(promise)",
            expected: "\(from) bytes", found: "\(to) bytes")
    }

    private func sentence(_ difference: BytesFact.Difference) -> Sentence {
        let layer = difference.holdsIntactMembers ? damagedLayer : ""
        return Sentence(
            explanation(difference) + layer, expected: difference.expected, found: difference.found)
    }

    private func explanation(_ difference: BytesFact.Difference) -> String {
        let chunks = difference.chunks.map { "; \($0.damaged) of \($0.all) chunks" } ?? ""
        let lastGood = day(difference.lastGood)
        return switch cause {
        case .bitRot:
            "bit rot: \(difference.sameness.words) as on \(lastGood), when it was last good\(chunks)"
        case .overwritten: "overwritten since \(lastGood), when it was last good\(chunks)"
        case .neverGood: "never good: \(difference.attestor) says otherwise since the object was first read"
        default: "the bytes are not those first read on \(day(difference.pinned))\(chunks)"
        }
    }

    /// Which layer is wrong: not the members, when the manifest vouches for all of them.
    private var damagedLayer: String {
        let uncovered = "bytes that no member covers (headers, padding, what the compression adds)"
        let culprit =
            cause == .neverGood
            ? "the sum file is wrong, or \(uncovered) are" : "the damage is in \(uncovered)"
        return "; all that it holds is as the manifest says: \(culprit)"
    }

    private func day(_ time: Timestamp?) -> String { time?.day ?? "an unknown day" }
}

extension Finding.BytesFact.Sameness {
    fileprivate var words: String {
        switch self {
        case .file: "same size, date and inode"
        case .etag: "same ETag and date"
        }
    }
}

extension Validators {
    fileprivate var words: String {
        [
            etag.map { "ETag \($0)" }, version.map { "version \($0)" }, modified.map { "modified \($0)" },
            inode.map { "inode \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}
