// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Digests

/// What a time stamping authority has answered (RFC 3161, section 2.4.2).
///
/// Who has signed it is not looked at here: `openssl ts -verify` does that, with a certificate that somebody trusts.
public struct TimestampResponse: Sendable, Equatable {
    /// Whose SHA-256 was there.
    public let digest: SHA256Digest
    /// At what time, by the authority's clock.
    public let time: Timestamp
    /// Of the request; nil where the answer bears none.
    public let nonce: [UInt8]?

    /// Why an answer is none.
    public enum Refusal: Error, Sendable, Equatable {
        /// It is no TimeStampResp in DER.
        case unreadable
        /// The authority has not granted the request; its PKIStatus.
        case refused(Int)
        /// It is about other data, or answers another request.
        case foreign
    }

    /// Reads a TimeStampResp, which is no longer than a megabyte.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= 1 << 20, let whole = DERItem.all(in: bytes[...]), whole.count == 1,
            let parts = whole[0].items(), let status = parts.first?.items()?.first,
            status.tag == DERItem.Tag.integer, status.content.count == 1, let code = status.content.first
        else { throw .unreadable }
        // granted, and grantedWithMods.
        guard code <= 1 else { throw .refused(Int(code)) }
        guard parts.count == 2, let info = Self.info(in: parts[1]), let read = Self.read(info) else {
            throw .unreadable
        }
        self = read
    }

    /// Reads the answer to a request.
    public init(_ bytes: [UInt8], to request: TimestampRequest) throws(Refusal) {
        try self.init(bytes)
        guard digest == request.digest, nonce == request.nonce else { throw .foreign }
    }

    private init(digest: SHA256Digest, time: Timestamp, nonce: [UInt8]?) {
        (self.digest, self.time, self.nonce) = (digest, time, nonce)
    }

    /// ContentInfo, SignedData, EncapsulatedContentInfo (RFC 5652), and in that the TSTInfo.
    private static func info(in token: DERItem) -> [DERItem]? {
        guard let content = token.items(), content.count == 2,
            let data = content[1].items(DERItem.Tag.explicit)?.first?.items(), data.count >= 3,
            let inner = data[2].items(), inner.count == 2, Array(inner[0].content) == tstInfo,
            let octets = inner[1].items(DERItem.Tag.explicit)?.first, octets.tag == DERItem.Tag.octets
        else { return nil }
        return DERItem.all(in: octets.content)?.first?.items()
    }

    /// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
    private static let tstInfo: [UInt8] = [
        0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04,
    ]

    /// Version, policy, imprint, serial number, time, and then what may be missing: of that the nonce is the one integer.
    private static func read(_ info: [DERItem]) -> TimestampResponse? {
        guard info.count >= 5, let imprint = info[2].items(), imprint.count == 2,
            let algorithm = imprint[0].items()?.first, Array(algorithm.content) == TimestampRequest.sha256,
            let digest = SHA256Digest(bytes: Array(imprint[1].content)),
            info[4].tag == DERItem.Tag.generalizedTime, let time = time(info[4].content)
        else { return nil }
        let nonce = info[5...].first { $0.tag == DERItem.Tag.integer }
        return TimestampResponse(digest: digest, time: time, nonce: nonce.map { Array($0.content) })
    }

    /// `20261130010203Z`, or with a fraction of the second.
    private static func time(_ bytes: ArraySlice<UInt8>) -> Timestamp? {
        guard let text = String(validating: bytes, as: UTF8.self), text.utf8.count >= 15,
            text.utf8.prefix(14).allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let digits = Array(text)
        let part = { (range: Range<Int>) in String(digits[range]) }
        return Timestamp(
            iso8601:
                "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))"
                + String(digits[14...]))
    }
}
