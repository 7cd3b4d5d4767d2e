// SPDX-License-Identifier: Apache-2.0

/// Digest and validators of an object as first read: what every later reading is held against.
public struct Pin: Sendable, Equatable {
    /// SHA-256 of the whole object, 64 lower-case hex digits.
    public var sha256: String
    /// What the store said of the version that was read.
    public var validators: Validators
    /// Whether a sum file or manifest agreed with the digest.
    public var isAttested: Bool
    /// The chunk size and the SHA-256 of the state list kept for the object, when there is one.
    public var midstates: MidstateSeal?
    /// When the object was first read with this digest.
    public var since: Timestamp
    /// When a reading last agreed with it.
    public var lastGood: Timestamp?

    /// Without `midstates` no state list holds for it; `lastGood` is for the history to say, by its readings.
    public init(
        sha256: String, validators: Validators, isAttested: Bool, midstates: MidstateSeal? = nil,
        since: Timestamp,
        lastGood: Timestamp? = nil
    ) {
        (self.sha256, self.validators, self.isAttested) = (sha256, validators, isAttested)
        (self.midstates, self.since, self.lastGood) = (midstates, since, lastGood)
    }
}

/// What a pin remembers of a state list, so that a list that rotted or was edited is dropped.
public struct MidstateSeal: Sendable, Equatable, Codable {
    /// In bytes; a multiple of 64.
    public var chunkSize: UInt64
    /// SHA-256 over the concatenated states, lower-case hex.
    public var digest: String

    /// `digest` is over states that lie `chunkSize` bytes of the object apart, in their order.
    public init(chunkSize: UInt64, digest: String) {
        (self.chunkSize, self.digest) = (chunkSize, digest)
    }
}

/// SHA-256's chaining value at each inner chunk boundary of an object, in order.
public struct Midstates: Sendable, Equatable {
    /// In bytes; a multiple of 64.
    public var chunkSize: UInt64
    /// 32 bytes per boundary, big-endian words.
    ///
    /// State *i* stands after chunk *i*; neither the constant initial value nor the end of the object is
    /// stored.
    public var states: [UInt8]

    /// The length of `states` is a multiple of 32; without any, no inner boundary was passed.
    public init(chunkSize: UInt64, states: [UInt8] = []) {
        (self.chunkSize, self.states) = (chunkSize, states)
    }

    /// How many states there are.
    public var count: Int { states.count / 32 }

    /// The state after chunk `index`.
    public func state(after index: Int) -> ArraySlice<UInt8> { states[index * 32..<(index + 1) * 32] }
}
