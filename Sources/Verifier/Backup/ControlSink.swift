// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Takes a control object's bytes as they come, and makes of them what the object says.
protocol ControlSink: ~Copyable {
    associatedtype Value: Sendable

    init()
    mutating func receive(_ bytes: RawSpan)
    consuming func finish() -> Value
}

/// Keeps the bytes: what they say is small.
struct WholeObject: ControlSink {
    private var bytes: [UInt8] = []

    mutating func receive(_ bytes: RawSpan) { bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) } }

    func finish() -> [UInt8] { bytes }
}

/// Keeps what a manifest says: its text may be gigabytes.
struct ManifestObject: ControlSink, ~Copyable {
    private var parser = ManifestParser()

    mutating func receive(_ bytes: RawSpan) { parser.receive(bytes) }

    consuming func finish() -> Result<BackupManifest, FormatError> {
        do throws(FormatError) { return .success(try parser.finish()) } catch { return .failure(error) }
    }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}
