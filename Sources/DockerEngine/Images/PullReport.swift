// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How far the pulling of an image came.
public struct PullProgress: Sendable, Equatable {
    /// How many bytes have come, of the layers that are known so far.
    public var received: UInt64 = 0
    /// How many there will be, of those layers.
    public var expected: UInt64 = 0

    /// Both are in bytes.
    public init(received: UInt64 = 0, expected: UInt64 = 0) {
        (self.received, self.expected) = (received, expected)
    }
}

/// What an engine tells while it pulls: a line of JSON for each step of each layer, the refusal at its end included.
///
/// The lines of a stream may come in any pieces; none is kept that is longer than a limit.
struct PullReport {
    /// Why it is none.
    enum Fault: Error, Equatable {
        /// A line that is no JSON, or too long.
        case malformed
        /// The registry or the engine did not want to, in its words.
        case refused(String)
    }

    /// In bytes.
    private static let longestLine = 256 << 10
    /// No image has more layers.
    private static let mostLayers = 4096

    private(set) var progress = PullProgress()
    private var layers: [String: Layer] = [:]
    private var line: [UInt8] = []

    private struct Layer {
        var received: UInt64
        var expected: UInt64
    }

    private struct Line: Decodable {
        struct Detail: Decodable {
            var current: Int64?
            var total: Int64?
        }

        var id: String?
        var status: String?
        var progressDetail: Detail?
        var error: String?
    }

    mutating func receive(_ bytes: RawSpan) throws(Fault) {
        var rest = bytes.withUnsafeBytes { Array($0) }[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end]
            rest = rest[(end + 1)...]
            try endLine()
        }
        line += rest
        guard line.count <= Self.longestLine else { throw .malformed }
    }

    /// Takes note that nothing more will come.
    mutating func finish() throws(Fault) { try endLine() }

    private mutating func endLine() throws(Fault) {
        defer { line.removeAll(keepingCapacity: true) }
        guard line.contains(where: { $0 > 0x20 }) else { return }
        guard line.count <= Self.longestLine,
            let step = try? JSONDecoder().decode(Line.self, from: Data(line))
        else { throw .malformed }
        if let error = step.error { throw .refused(error.printable) }
        if let id = step.id, step.status == "Downloading", let detail = step.progressDetail {
            note(id, detail)
        }
    }

    private mutating func note(_ id: String, _ detail: Line.Detail) {
        guard layers.count < Self.mostLayers || layers[id] != nil else { return }
        layers[id] = Layer(
            received: UInt64(clamping: detail.current ?? 0), expected: UInt64(clamping: detail.total ?? 0))
        progress = layers.values.reduce(into: PullProgress()) { sum, layer in
            sum.received = sum.received.addingCapped(layer.received)
            sum.expected = sum.expected.addingCapped(layer.expected)
        }
    }
}

extension UInt64 {
    fileprivate func addingCapped(_ other: UInt64) -> UInt64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
