// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import DockerEngine

@Suite struct `The stream of a program's output` {
    private struct Piece: Equatable {
        var stream: OutputStream
        var bytes: [UInt8]
    }

    private static func frame(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        let length = UInt32(bytes.count)
        return [type, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + bytes
    }

    /// What comes out, pieces of one stream in a row put together.
    private func taken(
        _ bytes: [UInt8], pieces size: Int = .max
    ) -> (pieces: [Piece], fault: StreamFrames.Fault?) {
        var frames = StreamFrames()
        var pieces: [Piece] = []
        do throws(StreamFrames.Fault) {
            var rest = bytes[...]
            while !rest.isEmpty {
                try frames.receive(Array(rest.prefix(size)).span.bytes) { stream, piece in
                    let piece = piece.withUnsafeBytes { Array($0) }
                    if pieces.last?.stream == stream {
                        pieces[pieces.count - 1].bytes += piece
                    } else {
                        pieces.append(Piece(stream: stream, bytes: piece))
                    }
                }
                rest = rest.dropFirst(size)
            }
            try frames.finish()
            return (pieces, nil)
        } catch { return (pieces, error) }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9, 100, .max])
    func `is taken apart, whatever pieces it comes in`(size: Int) {
        let large = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
        let bytes =
            Self.frame(1, [65]) + Self.frame(2, [66, 67]) + Self.frame(1, []) + Self.frame(0, [68])
            + Self.frame(3, large)
        let (pieces, fault) = taken(bytes, pieces: size)
        #expect(fault == nil)
        #expect(
            pieces == [
                Piece(stream: .output, bytes: [65]), Piece(stream: .errors, bytes: [66, 67]),
                Piece(stream: .output, bytes: [68]), Piece(stream: .errors, bytes: large),
            ])
    }

    @Test func `may be empty`() { #expect(taken([]).fault == nil) }

    @Test func `is cut short inside of a frame only`() {
        let bytes = Self.frame(1, [1, 2, 3]) + Self.frame(2, [4])
        for length in 0...bytes.count {
            let isWhole = [0, 11, bytes.count].contains(length)
            #expect(taken(Array(bytes[..<length])).fault == (isWhole ? nil : .cutShort), "\(length)")
        }
    }

    @Test(
        arguments: [
            [4, 0, 0, 0, 0, 0, 0, 1], [255, 0, 0, 0, 0, 0, 0, 1], [1, 1, 0, 0, 0, 0, 0, 1],
            [1, 0, 0, 9, 0, 0, 0, 1],
            Array("hello, world".utf8),
        ] as [[UInt8]])
    func `is no text of a terminal`(bytes: [UInt8]) { #expect(taken(bytes + [1]).fault == .malformed) }

    @Test func `takes no memory by the length that a frame announces`() {
        let (pieces, fault) = taken([1, 0, 0, 0, 255, 255, 255, 255] + [65, 66])
        #expect(pieces == [Piece(stream: .output, bytes: [65, 66])])
        #expect(fault == .cutShort)
    }

    @Test func `is kept up to a limit for each of the two`() {
        var kept = KeptOutput(limit: 4)
        kept.receive(.output, ([UInt8]([1, 2, 3])).span.bytes)
        #expect(!kept.isCut)
        kept.receive(.errors, ([UInt8]([9, 9, 9, 9])).span.bytes)
        #expect(!kept.isCut)
        kept.receive(.output, ([UInt8]([4, 5])).span.bytes)
        kept.receive(.output, ([UInt8]([6])).span.bytes)
        #expect(kept.output == [1, 2, 3, 4])
        #expect(kept.errors == [9, 9, 9, 9])
        #expect(kept.isCut)
    }
}

@Suite struct `The report of a pull` {
    /// What an engine of version 20.10 says, shortened.
    private static let lines = """
        {"status":"Pulling from library/postgres","id":"15"}
        {"status":"Pulling fs layer","progressDetail":{},"id":"aa"}
        {"status":"Downloading","progressDetail":{"current":10,"total":100},"progress":"[>  ]","id":"aa"}
        {"status":"Downloading","progressDetail":{"current":5,"total":50},"progress":"[>  ]","id":"bb"}
        {"status":"Downloading","progressDetail":{"current":100,"total":100},"progress":"[=>]","id":"aa"}
        {"status":"Extracting","progressDetail":{"current":1,"total":7},"progress":"[>  ]","id":"aa"}
        {"status":"Digest: sha256:ab"}

        """

    private func taken(_ text: String, pieces size: Int = .max) -> (PullReport, PullReport.Fault?) {
        var report = PullReport()
        do throws(PullReport.Fault) {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                try report.receive(Array(rest.prefix(size)).span.bytes)
                rest = rest.dropFirst(size)
            }
            try report.finish()
            return (report, nil)
        } catch { return (report, error) }
    }

    @Test(arguments: [1, 7, 64, .max]) func `says how far it came`(size: Int) {
        let (report, fault) = taken(Self.lines.replacing("\n", with: "\r\n"), pieces: size)
        #expect(fault == nil)
        #expect(report.progress == PullProgress(received: 105, expected: 150))
    }

    @Test func `needs no line break at its end`() {
        #expect(
            taken(#"{"status":"Downloading","id":"a","progressDetail":{"current":3}}"#).0.progress.received
                == 3)
        #expect(taken(#"{"status":"Dow"#).1 == .malformed)
    }

    @Test func `ends with the refusal that it holds`() {
        let refusal = #"{"errorDetail":{"message":"no\u001b[2J space"},"error":"no\u001b[2J space"}"#
        #expect(taken(Self.lines + refusal).1 == .refused("no [2J space"))
    }

    @Test(arguments: [
        "rubbish\n", "[1]\n", #"{"status":7}"# + "\n",
        #"{"progressDetail":{"current":1e99},"id":"a"}"# + "\n",
    ])
    func `is nothing else than JSON`(text: String) { #expect(taken(text).1 == .malformed) }

    @Test func `has no endless line`() {
        #expect(taken(String(repeating: "x", count: 300_000), pieces: 1000).1 == .malformed)
    }

    @Test func `counts no more than there can be`() {
        let huge = (0..<3).map {
            #"{"status":"Downloading","id":"\#($0)","progressDetail":{"current":9223372036854775807,"total":-5}}"#
        }
        let (report, fault) = taken(huge.joined(separator: "\n"))
        #expect(fault == nil)
        #expect(report.progress == PullProgress(received: .max, expected: 0))
    }
}
