// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// An object cut into chunks of which each can be proven alone.
///
/// Chunk *i* starts from state *i* − 1 (the first from SHA-256's initial value) and must end in state *i*;
/// the last must end in the digest. If all of them do, the whole object has that digest, in whatever order
/// and by whomever they were read.
struct KnownChunks: Sendable {
    let midstates: Midstates
    let digest: SHA256Digest
    let size: UInt64

    var chunkSize: UInt64 { midstates.chunkSize }
    var count: Int { midstates.count + 1 }

    /// Nil when the list is not the one that was sealed, or does not fit the object.
    ///
    /// A wrong list could not make bad bytes look good, but it could make good bytes look bad.
    init?(_ midstates: Midstates, pin: Pin) {
        guard let seal = pin.midstates, let digest = SHA256Digest(hex: pin.sha256),
            seal.chunkSize == midstates.chunkSize, midstates.chunkSize > 0, midstates.chunkSize % 64 == 0,
            seal.digest == SHA256.digest(of: midstates.states).hex,
            UInt64(midstates.count)
                == Self.boundaries(size: pin.validators.size, chunkSize: midstates.chunkSize)
        else { return nil }
        (self.midstates, self.digest, self.size) = (midstates, digest, pin.validators.size)
    }

    /// How many chunk boundaries lie inside an object.
    static func boundaries(size: UInt64, chunkSize: UInt64) -> UInt64 {
        size == 0 ? 0 : (size - 1) / chunkSize
    }

    func bytes(of chunks: Range<Int>) -> Range<UInt64> {
        UInt64(chunks.lowerBound) * chunkSize..<min(UInt64(chunks.upperBound) * chunkSize, size)
    }

    /// A digest that stands where chunk `index` starts.
    func hash(atStartOf index: Int) -> SHA256 {
        index == 0
            ? SHA256() : SHA256(resuming: midstates.state(after: index - 1), at: UInt64(index) * chunkSize)
    }

    /// Where `hash` has come to at the end of chunk `index`: the state there, or the digest.
    func arrival(of hash: borrowing SHA256, atEndOf index: Int) -> [UInt8] {
        index < midstates.count ? hash.midstate() : hash.finalized().bytes
    }

    func isExpected(_ arrival: [UInt8], atEndOf index: Int) -> Bool {
        index < midstates.count
            ? midstates.state(after: index).elementsEqual(arrival) : arrival == digest.bytes
    }
}

/// A chunk that did not end where it must.
struct DamagedChunk: Sendable, Equatable {
    var index: Int
    /// Where it ended instead: two readings that saw the same bytes have the same here.
    var arrival: [UInt8]
}

extension Midstates {
    /// Whether a reading of an object of `size` bytes can go on behind these states.
    ///
    /// They come out of a file that may have rotted; what they claim is checked by the digest in the end,
    /// but their shape must not be able to stop the process.
    func canBeResumed(inObjectOf size: UInt64) -> Bool {
        guard chunkSize > 0, chunkSize % 64 == 0, states.count % 32 == 0 else { return false }
        return UInt64(count) <= KnownChunks.boundaries(size: size, chunkSize: chunkSize)
    }
}
