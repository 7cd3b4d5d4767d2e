// SPDX-License-Identifier: Apache-2.0
import Archive
import Foundation
import TestKit

/// Keeps all bytes that reach it.
final class Bytes: ByteSink {
    private(set) var taken: [UInt8] = []
    private(set) var hasEnded = false

    func receive(_ bytes: RawSpan) { bytes.withUnsafeBytes { taken.append(contentsOf: $0) } }
    func finish() { hasEnded = true }
}

/// Keeps all members that reach it.
final class Members: MemberSink {
    private(set) var all: [(member: TarMember, content: [UInt8])] = []
    private(set) var ended = 0

    func begin(_ member: TarMember) { all.append((member, [])) }
    func receive(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { all[all.count - 1].content.append(contentsOf: $0) }
    }
    func end() { ended += 1 }
}

extension ByteSink {
    /// Hands over all bytes in pieces of one size, and then the end; gives back what it threw.
    func consume(_ bytes: [UInt8], pieces size: Int = .max) -> ArchiveError? {
        do throws(ArchiveError) {
            var rest = bytes[...]
            while !rest.isEmpty {
                try receive(Array(rest.prefix(size)).span.bytes)
                rest = rest.dropFirst(size)
            }
            try finish()
            return nil
        } catch {
            return error
        }
    }
}

/// What a compressor of this machine makes of some bytes.
func packed(by tool: String, _ bytes: [UInt8]) async throws -> [UInt8] {
    try await TemporaryDirectory.with { place in
        try Data(bytes).write(to: URL(filePath: place.path("in")))
        try await Program("sh")(["-c", "\(tool) -c < in > out"], in: place.path)
        return Array(try Data(contentsOf: URL(filePath: place.path("out"))))
    }
}

/// Bytes that compress neither too well nor not at all, the same in every run.
func sample(_ count: Int) -> [UInt8] {
    var state: UInt64 = 42
    return (0..<count).map { index in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return index % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 56) : UInt8(index % 7)
    }
}
