// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Which timelines led to a timeline, and where each was left: what a `.history` file says.
///
/// `readTimeLineHistory` in src/backend/access/transam/timeline.c.
public struct TimelineHistory: Sendable, Equatable {
    /// A timeline that this one comes from, up to where it was left.
    public struct Branch: Sendable, Equatable {
        /// Its number.
        public var timeline: UInt32
        /// Where the next timeline begins.
        public var end: LogSequenceNumber
    }

    /// The one whose history it is.
    public let timeline: UInt32
    /// Oldest first.
    ///
    /// One may end before the one before it: a server that was told to follow a timeline and ran out of WAL on an
    /// earlier one writes it so (`writeTimeLineHistory` is given the timeline that was told).
    public let branches: [Branch]

    /// The same, each with the place where a later one takes over: their ends never go back (`tliOfPointInHistory`).
    public var followed: [Branch] {
        var followed: [Branch] = []
        for branch in branches.reversed() {
            let end = min(branch.end, followed.last?.end ?? branch.end)
            followed.append(Branch(timeline: branch.timeline, end: end))
        }
        return followed.reversed()
    }

    /// More than this no history holds: a line per promotion.
    public static let sizeLimit = 1 << 20

    /// The name of the file that holds it, such as `00000002.history`.
    public static func name(of timeline: UInt32) -> String {
        let digits = String(timeline, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits + ".history"
    }

    /// The timeline whose history a file in `pg_wal` is by its name; nil for any other file.
    public static func timeline(ofName name: ObjectName) -> UInt32? {
        let text = String(decoding: name.bytes.prefix(8), as: UTF8.self)
        guard let timeline = UInt32(text, radix: 16), timeline > 0,
            name == ObjectName(self.name(of: timeline))
        else { return nil }
        return timeline
    }

    /// Reads the file of a timeline as PostgreSQL does; throws where PostgreSQL would.
    public static func parse(
        _ bytes: [UInt8], timeline: UInt32
    ) throws(FormatError) -> TimelineHistory {
        guard bytes.count <= sizeLimit else { throw fault(1, "at most \(sizeLimit) bytes", "\(bytes.count)") }
        var branches: [Branch] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let fields = line.split(maxSplits: 2) { isBlank($0) }
            guard let first = fields.first, first.first != UInt8(ascii: "#") else { continue }
            let branch = try branch(fields, line, index + 1)
            guard branch.timeline > branches.last?.timeline ?? 0, branch.timeline < timeline else {
                throw fault(index + 1, "a timeline between its neighbours", excerpt(line))
            }
            branches.append(branch)
        }
        guard !branches.isEmpty else {
            throw fault(lines.count, "the timeline that this one came from", "none")
        }
        return TimelineHistory(timeline: timeline, branches: branches)
    }

    private static func branch(
        _ fields: [ArraySlice<UInt8>], _ line: ArraySlice<UInt8>, _ number: Int
    ) throws(FormatError) -> Branch {
        guard fields.count >= 2, fields[0].allSatisfy({ (0x30...0x39).contains($0) }),
            let timeline = UInt32(String(decoding: fields[0], as: UTF8.self)), timeline > 0,
            let end = LogSequenceNumber(text: fields[1])
        else { throw fault(number, "a timeline and where it was left, such as 1 0/3000000", excerpt(line)) }
        return Branch(timeline: timeline, end: end)
    }

    /// What `isspace` of C takes for one.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func fault(_ line: Int, _ expected: String, _ found: String) -> FormatError {
        .invalidFile(.timelineHistory, place: "line \(line)", expected: expected, found: found)
    }
}
