// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Testing

@testable import Evidence

@Suite("A timestamp of RFC 3161")
struct TimestampTests {
    private let digest = SHA256.digest(of: Array("data".utf8))
    private var request: TimestampRequest { TimestampRequest(digest, nonce: [1, 2, 3, 4, 5, 6, 7, 8]) }

    private func sequence(_ content: [UInt8]) -> [UInt8] { value(DERItem.Tag.sequence, content) }

    private func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        content.count < 128
            ? [tag, UInt8(content.count)] + content
            : [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }

    /// As an authority answers, but for what it signs.
    private func response(
        status: UInt8 = 0, digest: [UInt8]? = nil, nonce: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8],
        time: String = "20261130010203.25Z"
    ) -> [UInt8] {
        let imprint = sequence(
            sequence(value(0x06, TimestampRequest.sha256) + [5, 0])
                + value(0x04, digest ?? self.digest.bytes))
        let info = sequence(
            [2, 1, 1] + value(0x06, [0x2A, 3]) + imprint + [2, 1, 9] + value(0x18, Array(time.utf8))
                + sequence([2, 1, 1]) + value(0x02, nonce))
        let type: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04]
        let inner = sequence(value(0x06, type) + value(0xA0, value(0x04, info)))
        let data = sequence([2, 1, 3, 0x31, 0] + inner + [0x31, 0])
        let token = sequence(value(0x06, [0x2A, 0x86]) + value(0xA0, data))
        return sequence(sequence([2, 1, status]) + token)
    }

    @Test func `is asked for by the digest of the data`() {
        #expect(
            Hex.encode(request.bytes)
                == "3043020101303130" + "0d060960864801650304020105000420\(digest.hex)"
                + "02080102030405060708" + "0101ff")
        let (one, other) = (TimestampRequest(digest), TimestampRequest(digest))
        #expect(one.nonce != other.nonce && one.nonce.count == 8 && one.nonce[0] < 0x80 && one.nonce[0] > 0)
    }

    @Test func `is read with its time`() throws {
        let read = try TimestampResponse(response(), to: request)
        #expect(read.time == Timestamp(iso8601: "2026-11-30T01:02:03.25Z"))
        #expect(read.digest == digest)
        #expect(try TimestampResponse(response(status: 1), to: request) == read)
    }

    @Test func `of something else, or of an older request, is none`() {
        #expect(throws: TimestampResponse.Refusal.refused(2)) { try TimestampResponse(response(status: 2)) }
        let other = SHA256.digest(of: []).bytes
        for response in [response(digest: other), response(nonce: [1])] {
            #expect(throws: TimestampResponse.Refusal.foreign) {
                try TimestampResponse(response, to: request)
            }
        }
        for time in ["20261130", "2026113001020aZ", "20261330010203Z", "é0261130010203Z"] {
            #expect(throws: TimestampResponse.Refusal.unreadable) {
                try TimestampResponse(response(time: time))
            }
        }
    }

    @Test func `that is cut or changed anywhere crashes nothing`() {
        let whole = response()
        for count in whole.indices {
            #expect(throws: TimestampResponse.Refusal.self) {
                try TimestampResponse(Array(whole.prefix(count)))
            }
            for byte in [UInt8(0), 0x7F, 0x80, 0x84, 0xFF] {
                var changed = whole
                changed[count] = byte
                _ = try? TimestampResponse(changed)
            }
        }
        #expect(throws: TimestampResponse.Refusal.self) {
            try TimestampResponse([UInt8](repeating: 0x30, count: 2 << 20))
        }
        _ = try? TimestampResponse([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0])
    }
}
