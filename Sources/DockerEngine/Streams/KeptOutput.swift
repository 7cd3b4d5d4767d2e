// SPDX-License-Identifier: Apache-2.0

/// What a program wrote, up to a limit; the rest was read and left out.
public struct KeptOutput: Sendable, Equatable {
    /// What it wrote to its standard output.
    public private(set) var output: [UInt8] = []
    /// What it wrote to its standard error.
    public private(set) var errors: [UInt8] = []
    /// Whether it wrote more than is here.
    public private(set) var isCut = false
    private let limit: Int

    /// `limit` is for each of the two, in bytes.
    init(limit: Int) { self.limit = limit }

    mutating func receive(_ stream: OutputStream, _ bytes: RawSpan) {
        let room = max(0, limit - (stream == .output ? output : errors).count)
        bytes.extracting(first: min(bytes.byteCount, room)).withUnsafeBytes { piece in
            switch stream {
            case .output: output.append(contentsOf: piece)
            case .errors: errors.append(contentsOf: piece)
            }
        }
        if bytes.byteCount > room { isCut = true }
    }
}
