// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import TestKit
import Testing

@Suite struct DecompressorTests {
    static let tools = ["gzip", "zstd", "lz4", "bzip2"]
    private let plain = sample(3000)

    private func unpack(
        _ bytes: [UInt8], pieces: Int = .max, budget: UInt64 = 1 << 20, manyGzipMembers: Bool = false
    ) -> (taken: [UInt8], error: ArchiveError?) {
        let sink = Bytes()
        let error = Decompressor(into: sink, budget: budget, manyGzipMembers: manyGzipMembers)
            .consume(bytes, pieces: pieces)
        return (sink.taken, error)
    }

    @Test(arguments: tools, [1, 7, 512, 513, 65_536])
    func `what was compressed comes out, whatever pieces it comes in`(tool: String, pieces: Int) async throws
    {
        let large = sample(700_000)
        let sink = Bytes()
        let decompressor = Decompressor(into: sink, budget: 1 << 20)
        #expect(decompressor.consume(try await packed(by: tool, large), pieces: pieces) == nil)
        #expect(sink.taken == large && sink.hasEnded)
        #expect(decompressor.compression?.rawValue == tool)
    }

    @Test func `what is not compressed is handed on as it is`() {
        let (taken, error) = unpack(plain, pieces: 3)
        #expect(taken == plain && error == nil)
        #expect(unpack([]).error == nil)
        #expect(unpack([0x1F]).taken == [0x1F])
    }

    @Test(arguments: tools) func `every truncation is found`(tool: String) async throws {
        let bytes = try await packed(by: tool, plain)
        for length in 4..<bytes.count {
            let error = unpack(Array(bytes[..<length])).error
            #expect(error?.reason == .truncated, "\(length) of \(bytes.count)")
            #expect(error?.offset == UInt64(length) && error?.inDecoded == false)
        }
    }

    /// gzip's header has no checksum of its own: flags, time and system may change unseen.
    @Test(arguments: tools)
    func `a flipped bit is an error, or changes nothing that comes out`(tool: String) async throws {
        let bytes = try await packed(by: tool, plain)
        var unseen = 0
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            let (taken, error) = unpack(flipped)
            if error != nil { continue }
            unseen += 1
            // Without the magic number nobody takes it for compressed: then it is no tar either.
            #expect(taken == plain || bit < 32, "bit \(bit)")
        }
        print("\(tool): \(unseen) of \(bytes.count * 8) flipped bits change nothing")
    }

    @Test(arguments: tools) func `bytes after the end are found where they begin`(tool: String) async throws {
        let bytes = try await packed(by: tool, plain)
        for tail in [[0], [0, 0, 0, 0, 0, 0, 0, 0], Array("garbage".utf8)] as [[UInt8]] {
            for pieces in [1, 2, 3, bytes.count - 1, bytes.count, bytes.count + 1, .max] {
                let (taken, error) = unpack(bytes + tail, pieces: pieces, manyGzipMembers: true)
                #expect(taken == plain)
                #expect(error?.reason == .trailing && error?.offset == UInt64(bytes.count))
            }
        }
    }

    @Test(arguments: tools) func `damage is told alike, whatever pieces it comes in`(tool: String)
        async throws
    {
        let bytes = try await packed(by: tool, sample(900_000))
        for place in [11, bytes.count / 3, 262_143, 262_144, bytes.count - 5] where place < bytes.count {
            var damaged = bytes
            damaged[place] ^= 0x55
            let whole = unpack(damaged).error
            for pieces in [1, 1000, 65_536, 200_000] {
                let error = unpack(damaged, pieces: pieces).error
                #expect(error == whole, "byte \(place) in pieces of \(pieces)")
            }
            guard let whole, whole.reason == .corrupt else { continue }
            #expect(whole.offset.isMultiple(of: 256 << 10) && whole.within == 256 << 10)
            #expect(whole.message.contains("noticed within 256 KiB from byte \(whole.offset) on"))
        }
    }

    @Test func `a fault in a further stream is told from where that stream begins`() async throws {
        let gzip = try await packed(by: "gzip", plain)
        var second = gzip
        second[second.count - 6] ^= 1
        for pieces in [1, 7, .max] {
            let error = unpack(gzip + second, pieces: pieces, manyGzipMembers: true).error
            #expect(error?.reason == .corrupt && error?.offset == UInt64(gzip.count))
        }
    }

    @Test func `a second stream is what some tools write, and gzip only where it is expected`() async throws {
        for tool in ["zstd", "bzip2"] {
            let bytes = try await packed(by: tool, plain)
            #expect(unpack(bytes + bytes).error == nil, "\(tool)")
            #expect(unpack(bytes + bytes, pieces: 5).taken == plain + plain, "\(tool)")
        }
        let gzip = try await packed(by: "gzip", plain)
        let refused = unpack(gzip + gzip)
        #expect(refused.error?.reason == .trailing && refused.error?.offset == UInt64(gzip.count))
        let members = unpack(gzip + gzip, pieces: 11, manyGzipMembers: true)
        #expect(members.error == nil && members.taken == plain + plain)
        let cut = unpack(gzip + gzip.dropLast(), manyGzipMembers: true)
        #expect(cut.error?.reason == .truncated)
    }

    @Test(arguments: tools + ["none"]) func `unpacking stops at the budget`(tool: String) async throws {
        let zeros = [UInt8](repeating: 0, count: 3_000_000)
        let bytes = tool == "none" ? zeros : try await packed(by: tool, zeros)
        let (taken, error) = unpack(bytes, budget: 600_000)
        #expect(error?.reason == .budget)
        #expect(taken.count == 600_000)
        // To the byte: all of it fits, one less does not.
        let whole = unpack(bytes, budget: 3_000_000)
        #expect(whole.error == nil && whole.taken.count == 3_000_000)
        #expect(unpack(bytes, budget: 2_999_999).error?.reason == .budget)
    }
}
