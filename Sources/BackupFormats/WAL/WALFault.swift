// SPDX-License-Identifier: Apache-2.0

/// One thing wrong in WAL.
public struct WALFault: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// Of another cluster, or of a timeline that comes later.
        case foreign
        /// Not what PostgreSQL wrote.
        case invalid
    }

    public var kind: Kind
    public var segment: WALFileName
    /// Where the page or record begins that is wrong.
    public var position: LogSequenceNumber
    public var expected: String
    public var found: String
}
