// SPDX-License-Identifier: Apache-2.0
internal import COpenSSL

/// A SHA-256 (FIPS 180-4) that takes its message in pieces and can start from a midstate.
///
/// After each 64 bytes all that SHA-256 knows of the message is 32 bytes and the count, the
/// *midstate*. Kept at the boundaries of chunks, midstates allow each chunk to be hashed alone later,
/// in any order and on any core; all chunks together then prove the same as one pass.
/// OpenSSL's low-level context shows that state and is as fast as `openssl dgst`.
@safe
public struct SHA256: ~Copyable, Sendable {
    /// In bytes: midstates exist at multiples of it.
    public static let blockSize = 64
    /// In bytes.
    public static let midstateSize = 32

    var context = SHA256_CTX()

    /// Starts at the beginning of a message.
    public init() {
        unsafe SHA256_Init(&context)
    }

    /// Goes on from the midstate that was taken after the first `offset` bytes of a message.
    ///
    /// - Precondition: `state` has 32 bytes, as `midstate()` gave them, and `offset` is a multiple of 64.
    public init(resuming state: some Collection<UInt8>, at offset: UInt64) {
        precondition(state.count == Self.midstateSize, "a midstate has 32 bytes")
        precondition(offset.isMultiple(of: UInt64(Self.blockSize)), "a midstate is of whole blocks")
        self.init()
        unsafe withState { words in
            for (index, byte) in state.enumerated() {
                unsafe words[index / 4] = words[index / 4] << 8 | UInt32(byte)
            }
        }
        setCount(offset)
    }

    /// Takes the next bytes of the message.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        _ = unsafe SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    /// How many bytes of the message have been taken, those before a midstate included.
    public var count: UInt64 {
        (UInt64(context.Nh) << 32 | UInt64(context.Nl)) >> 3
    }

    /// The state after the bytes so far: 32 bytes, the words in big-endian order.
    ///
    /// - Precondition: `count` is a multiple of 64.
    public func midstate() -> [UInt8] {
        var bytes: [UInt8] = []
        appendMidstate(to: &bytes)
        return bytes
    }

    /// Adds `midstate()` to the end of a list of them.
    ///
    /// - Precondition: `count` is a multiple of 64.
    public func appendMidstate(to bytes: inout [UInt8]) {
        precondition(context.num == 0, "a midstate exists between blocks only")
        let h = context.h
        for word in [h.0, h.1, h.2, h.3, h.4, h.5, h.6, h.7] {
            bytes.append(UInt8(truncatingIfNeeded: word >> 24))
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
        }
    }

    /// The digest of the message so far; more may be added afterwards.
    public func finalized() -> SHA256Digest {
        var copy = context
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: SHA256Digest.byteCount) { target, count in
            unsafe SHA256_Final(target.baseAddress, &copy)
            count = SHA256Digest.byteCount
        }
        guard let digest = SHA256Digest(bytes: bytes) else { preconditionFailure("a digest has 32 bytes") }
        return digest
    }

    /// The digest of a whole message.
    public static func digest(of bytes: RawSpan) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalized()
    }

    /// The digest of a whole message.
    public static func digest(of bytes: [UInt8]) -> SHA256Digest {
        unsafe digest(of: bytes.span.bytes)
    }

    /// Lends the eight words of the state.
    mutating func withState<Result>(_ body: (UnsafeMutablePointer<UInt32>) -> Result) -> Result {
        unsafe withUnsafeMutableBytes(of: &context.h) { state in
            let words = unsafe state.assumingMemoryBound(to: UInt32.self)
            guard let start = words.baseAddress else { preconditionFailure("the state has an address") }
            return unsafe body(start)
        }
    }

    /// Says how long the message is whose whole blocks the state stands for.
    mutating func setCount(_ count: UInt64) {
        let bits = count << 3
        context.Nl = UInt32(truncatingIfNeeded: bits)
        context.Nh = UInt32(truncatingIfNeeded: bits >> 32)
    }
}
