// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BackupFormats
import Diagnostics
import Operations
import Settings
import WALArchive

struct WALGetCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wal-get",
        abstract: "Hand a file of WAL to PostgreSQL: the program for restore_command.",
        discussion: """
            LOCATION is an archive of WAL (s3://bucket/prefix or a directory), flat or with a folder for \
            each 4 GiB; its files are plain or compressed by gzip, zstd, lz4 or bzip2. FILE and \
            DESTINATION are %f and %p. A segment is handed over when its pages, its records and its \
            length are sound and it is of the position, timeline and cluster that it should be of; \
            otherwise DESTINATION stays as it is. --store NAME takes the wal-archive of that store.

            EXIT STATUS
                0  handed over
                9  not in the archive, or only begun there with nothing behind it:
                   PostgreSQL takes that as the end of WAL
              126  anything else: damage, network, credentials, disk, arguments.
                   PostgreSQL then stops, where a status below 126 would let it end
                   recovery too early
              130  interrupted, 143 terminated

            EXAMPLES (in postgresql.conf)
              restore_command = 'pg_backctl wal-get s3://bucket/wal %f %p'
              restore_command = 'pg_backctl wal-get --store shop %f %p'
              restore_command = 'pg_backctl wal-get /mnt/wal %f %p --spool /var/lib/spool'
            """)

    @OptionGroup(title: "Store") var store: StoreOptions

    @Argument(help: ArgumentHelp("The file that PostgreSQL asks for: %f.", valueName: "file"))
    var file: String?

    @Argument(help: ArgumentHelp("Where to put it: %p.", valueName: "destination"))
    var destination: String?

    @OptionGroup var wal: WALOptions
    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup(title: "Output") var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        do {
            return try perform(
                Application(globals, store: store, config: configuration.file, keepsHistory: false))
        } catch let error as any UserError {
            throw WALArchiveError(error)
        }
    }

    private func perform(_ application: Application) throws -> ExitStatus {
        let request = try request()
        guard (0...64).contains(wal.ahead) else {
            throw CommandError.usage("--ahead \(wal.ahead) is not between 0 and 64", hint: "8 are usual.")
        }
        if let size = wal.segmentSize, !WALFileName.isSegmentSize(UInt64(size)) {
            throw CommandError.usage(
                "--segment-size \(size) is no size of a segment",
                hint: "powers of two from 1 MiB to 1 GiB are.")
        }
        let operation = DeliverWAL(from: try source(application), wal.options, application.context)
        if let size = wal.fillSpool {
            try operation.fillSpool(after: request.file, segmentSize: size)
            return .success
        }
        let text = WALGetText(application, isJSON: globals.json)
        let delivery: WALDelivery
        do throws(WALArchiveError) {
            delivery = try operation.deliver(request.file, to: request.destination)
        } catch {
            return try text.status(of: error, isStandby: wal.standby)
        }
        try text.say(delivery)
        return .success
    }

    private func source(_ application: Application) throws -> DeliverWAL.Source {
        if let socket = wal.socket { return .server(socket: socket) }
        let archive = try WALArchiveChoice(of: application.store, in: application.configuration)
            .address { store.address(of: $0, application) }
        if let archive { return .archive(archive) }
        // A store without an archive of WAL is one itself; the words beside --store are no location.
        if let named = application.store { return .archive(store.address(of: named.location, application)) }
        return .archive(try store.address(application))
    }

    /// With a socket or a store of the configuration there is no LOCATION, and the words move up by one.
    private func request() throws -> WALRequest {
        let words = [store.location, file, destination].compactMap(\.self)
        let isNamed = wal.socket != nil || store.store != nil
        guard words.count == (isNamed ? 2 : 3) else {
            throw CommandError.usage(
                isNamed
                    ? "wal-get --socket or --store needs FILE DESTINATION"
                    : "wal-get needs LOCATION FILE DESTINATION",
                hint: "in restore_command FILE is %f and DESTINATION is %p.")
        }
        return WALRequest(
            file: try ArchivedWALFile(words[words.count - 2]), destination: words[words.count - 1])
    }

    /// What the program ends with when this command was called and did not run: nothing that PostgreSQL would
    /// take for the end of WAL.
    static func status(ofFailure status: Int32) -> Int32 {
        let passing = [ExitStatus.success.rawValue, ExitStatus.nothingThere.rawValue]
        return passing.contains(status) ? status : max(status, ExitStatus.walUnreadable.rawValue)
    }
}

/// One file for one place.
struct WALRequest {
    var file: ArchivedWALFile
    var destination: String
}
