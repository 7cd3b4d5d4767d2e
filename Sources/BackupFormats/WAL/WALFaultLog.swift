// SPDX-License-Identifier: Apache-2.0

/// What is wrong with WAL, told apart by whether recovery needs the WAL that it is in.
struct WALFaultLog: Sendable {
    private static let limit = 100

    /// In what is needed, at most 100 things.
    private(set) var needed: [WALFault] = []
    /// The first thing that is wrong behind it.
    private(set) var beyond: WALFault?
    /// Whether WAL may end anywhere, since nobody knows where what counts ends.
    private let mayEnd: Bool

    init(mayEnd: Bool) { self.mayEnd = mayEnd }

    mutating func add(_ fault: WALFault) {
        if needed.count < Self.limit { needed.append(fault) }
    }

    /// Adds what ends the reading.
    mutating func add(_ fault: WALFault, isBeyond: Bool) {
        if isBeyond {
            beyond = beyond ?? fault
        } else if !mayEnd || fault.kind == .foreign {
            add(fault)
        }
    }
}
