// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Operations
import WALArchive

/// How WAL is got and held to its cluster.
struct WALOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Refuse WAL of any other cluster; pg_controldata shows the number.", valueName: "number"))
    var systemIdentifier: UInt64?

    @Option(help: ArgumentHelp("Refuse segments of any other size, in bytes.", valueName: "bytes"))
    var segmentSize: UInt32?

    @Flag(
        help:
            "Hand over what is there of a segment that WAL ends in: of a stopped server, .partial, a copy that broke off."
    )
    var allowUnfinished = false

    @Flag(help: "End with 5 when the store fails, so that a standby asks again. For standbys only.")
    var standby = false

    @Option(
        help: ArgumentHelp(
            "Refuse WAL that makes other tablespaces than these, and leave the places of these to the links in pg_tblspc: 16385,16390 or none.",
            valueName: "oids"))
    var tablespaces: TablespaceList?

    @Option(
        help: ArgumentHelp(
            "Ask the process that serves WAL at this socket, in place of LOCATION.", valueName: "path"))
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Get the next segments ahead, into this directory of the user that PostgreSQL runs as.",
            valueName: "directory"))
    var spool: String?

    @Option(help: ArgumentHelp("How many segments --spool gets ahead, within 256 MiB.", valueName: "n"))
    var ahead = 8

    /// How the process is started that fills the spool; the value is the size of a segment.
    @Option(help: .hidden) var fillSpool: UInt32?
}

extension WALOptions {
    /// For the operation.
    var options: DeliverWAL.Options {
        var options = DeliverWAL.Options()
        (options.systemIdentifier, options.segmentSize) = (systemIdentifier, segmentSize)
        options.allowsUnfinished = allowUnfinished
        options.tablespaces = tablespaces.map { .linked($0.identifiers) } ?? .asWritten
        (options.spool, options.ahead) = (spool, ahead)
        return options
    }
}

/// OIDs with commas between them, or `none`.
struct TablespaceList: ExpressibleByArgument {
    var identifiers: Set<UInt32>

    init?(argument: String) {
        let words = argument == "none" ? [] : argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { UInt32($0) }
        guard numbers.count == words.count else { return nil }
        identifiers = Set(numbers)
    }

}
