// SPDX-License-Identifier: Apache-2.0

/// How a file is compressed, or is not.
public enum Compression: String, Sendable, CaseIterable {
    case none, gzip, zstd, lz4, bzip2

    /// What the format adds to a file's name, such as `.gz`; empty for `none`.
    public var suffix: String {
        switch self {
        case .none: ""
        case .gzip: ".gz"
        case .zstd: ".zst"
        case .lz4: ".lz4"
        case .bzip2: ".bz2"
        }
    }

    /// The format that a name's suffix stands for; `none` for any other name.
    ///
    /// What the bytes tell is another matter.
    public init(suffixOf name: ObjectName) {
        self = Self.allCases.first { $0 != .none && name.hasSuffix($0.suffix) } ?? .none
    }
}
