// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What libFuzzer calls with each input; `PGB_FUZZ_TARGET` says which parser gets it.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
    let name = ProcessInfo.processInfo.environment["PGB_FUZZ_TARGET"] ?? ""
    guard let target = targets[name] else {
        fatalError("PGB_FUZZ_TARGET is none of \(targets.keys.sorted().joined(separator: ", "))")
    }
    return target
}()

/// By the names that scripts/fuzz knows.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "manifest": fuzzManifest, "sum-file": fuzzSumFile, "info-file": fuzzInfoFile,
    "control": fuzzControl, "labels": fuzzLabels, "pages": fuzzPages, "incremental": fuzzIncremental,
    "wal-page": fuzzWALPages, "wal-record": fuzzWALRecords,
    "tar": fuzzTar, "gzip": { fuzzCodec([0x1F, 0x8B], $0) },
    "zstd": { fuzzCodec([0x28, 0xB5, 0x2F, 0xFD], $0) },
    "lz4": { fuzzCodec([0x04, 0x22, 0x4D, 0x18], $0) }, "bzip2": { fuzzCodec(Array("BZh".utf8), $0) },
    "contents": fuzzContents, "listing": fuzzListing, "engine-stream": fuzzEngineStream,
    "checks": fuzzChecks, "configuration": fuzzConfiguration, "lending": fuzzLending,
    "posture": fuzzPosture, "shared-plan": fuzzSharedPlan, "shard-bundle": fuzzShardBundle,
    "frameworks": fuzzFrameworks,
]

/// Splits an input into a number that steers and the bytes that are parsed.
func steered(_ input: [UInt8]) -> (steer: Int, bytes: [UInt8]) {
    (Int(input.first ?? 0), Array(input.dropFirst()))
}

/// Pieces of one size, as a network would deliver them; the size is taken from one byte.
func pieces(of bytes: [UInt8], _ steer: Int) -> [[UInt8]] {
    let size = [5, 61, 511, 512, 513, 4096, 8192, 1_000_000][steer % 8]
    return stride(from: 0, to: bytes.count, by: size).map {
        Array(bytes[$0..<min($0 + size, bytes.count)])
    }
}
