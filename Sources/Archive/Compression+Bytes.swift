// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How an archive is compressed, as its first bytes tell.
extension Compression {
    /// How many bytes it takes to tell.
    static let prefixLength = 4

    /// Whatever has no compressor's magic number is taken as not compressed.
    init(prefix: [UInt8]) {
        self = Self.allCases.first { $0 != .none && prefix.starts(with: $0.magic) } ?? .none
    }

    /// RFC 1952, RFC 8878, the LZ4 frame format, and bzip2's own sources.
    private var magic: [UInt8] {
        switch self {
        case .none: []
        case .gzip: [0x1F, 0x8B]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .lz4: [0x04, 0x22, 0x4D, 0x18]
        case .bzip2: Array("BZh".utf8)
        }
    }

    /// Whether a further stream may begin with these bytes, of which there may be less than it takes to tell.
    ///
    /// Of zstd frames may be skippable, too: parallel compressors write such (RFC 8878, section 3.1.2).
    func canBegin(with prefix: [UInt8]) -> Bool {
        if magic.starts(with: prefix) || prefix.starts(with: magic) { return true }
        guard self == .zstd, let first = prefix.first, (0x50...0x5F).contains(first) else { return false }
        return [0x2A, 0x4D, 0x18].starts(with: prefix.dropFirst())
    }

    /// Nil for what is not compressed.
    func makeCodec(manyGzipMembers: Bool) throws(CodecFault) -> (any Codec)? {
        switch self {
        case .none: nil
        case .gzip: try GzipCodec(allowsMoreStreams: manyGzipMembers)
        case .zstd: try ZstdCodec()
        case .lz4: try LZ4Codec()
        case .bzip2: Bzip2Codec()
        }
    }
}
