// SPDX-License-Identifier: Apache-2.0

/// One thing wrong in WAL.
public struct WALFault: Sendable, Equatable {
    /// Whether it is of something else, or broken.
    public enum Kind: Sendable, Equatable {
        /// Of another cluster, or of a timeline that comes later.
        case foreign
        /// Not what PostgreSQL wrote.
        case invalid
    }

    /// Whether it is of something else, or broken.
    public var kind: Kind
    /// In which segment it was found.
    public var segment: WALFileName
    /// Where the page or record begins that is wrong.
    public var position: LogSequenceNumber
    /// What should stand there, in words.
    public var expected: String
    /// What stands there, in words.
    public var found: String
}
