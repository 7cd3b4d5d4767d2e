// SPDX-License-Identifier: Apache-2.0

/// Why WAL is read no further; positions are those in WAL.
enum WALHalt: Error {
    /// What stands there is not what should.
    case fault(WALFault.Kind, at: UInt64, expected: String, found: String)
    /// The segment cannot be of this cluster, wherever in it reading is.
    case segment(WALFault)
    /// There is no further record, but zeros.
    case empty(at: UInt64)
    /// Nothing follows that was written as WAL.
    case end

    static func invalid(at position: UInt64, _ expected: String, _ found: String) -> WALHalt {
        .fault(.invalid, at: position, expected: expected, found: found)
    }

    static func foreign(at position: UInt64, _ expected: String, _ found: String) -> WALHalt {
        .fault(.foreign, at: position, expected: expected, found: found)
    }

    /// A page that goes on with a record where one has to begin: PostgreSQL will not read from there (`contrecord is
    /// requested` in xlogreader.c).
    static func beginsWithin(_ page: UInt64) -> WALHalt {
        .invalid(at: page, "a page on which a record begins", "the rest of an earlier one")
    }
}
