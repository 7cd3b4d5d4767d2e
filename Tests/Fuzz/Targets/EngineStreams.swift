// SPDX-License-Identifier: Apache-2.0
@testable import DockerEngine

/// What a container engine sends in streams: a program's output in frames, and the report of a pull.
@Sendable func fuzzEngineStream(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    let (whole, parts) = (output([bytes]), output(pieces(of: bytes, steer)))
    precondition(whole == parts, "other output in other pieces")
    precondition(report([bytes]) == report(pieces(of: bytes, steer)), "another report in other pieces")
}

private struct Output: Equatable {
    var kept: KeptOutput
    var fault: StreamFrames.Fault?
}

private func output(_ pieces: [[UInt8]]) -> Output {
    var frames = StreamFrames()
    var kept = KeptOutput(limit: 4096)
    do throws(StreamFrames.Fault) {
        for piece in pieces { try frames.receive(piece.span.bytes) { kept.receive($0, $1) } }
        try frames.finish()
        return Output(kept: kept)
    } catch { return Output(kept: kept, fault: error) }
}

private struct Report: Equatable {
    var progress: PullProgress
    var fault: PullReport.Fault?
}

private func report(_ pieces: [[UInt8]]) -> Report {
    var report = PullReport()
    do throws(PullReport.Fault) {
        for piece in pieces { try report.receive(piece.span.bytes) }
        try report.finish()
        return Report(progress: report.progress)
    } catch { return Report(progress: report.progress, fault: error) }
}
