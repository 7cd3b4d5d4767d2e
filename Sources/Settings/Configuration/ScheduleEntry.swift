// SPDX-License-Identifier: Apache-2.0

/// When which stores are verified, and how much of the machine that may take.
public struct ScheduleEntry: Sendable, Equatable {
    /// Slots and sweeps are remembered by it; no two entries have one.
    public var name: String
    /// A time of the calendar, or an arrival.
    public var start: Start
    /// The IANA name of the zone that cron times are of.
    public var zone: String
    /// All, where the file names none.
    public var stores: Selection
    /// In seconds from its start on; nil for no end.
    public var window: Double?
    /// Of one run, over all its stores; without limits where the file says nothing.
    public var budget = Budget()
    /// Up to how many seconds later it begins, by chance.
    public var jitter: Double
    /// `runOnce` where the file says nothing; of no meaning for an entry that waits for backups.
    public var missed: Missed

    /// What begins a run.
    public enum Start: Sendable, Equatable {
        /// A cron expression; whether it is one is for who plans to say.
        case cron(Placed<String>)
        /// A backup that has come and is complete.
        case newBackup
    }

    /// Which stores.
    public enum Selection: Sendable, Equatable {
        case all
        case named([String])
    }

    /// What becomes of a time at which nobody was there to begin.
    public enum Missed: String, Sendable, CaseIterable {
        case runOnce = "run-once"
        case skip
    }

    /// What one run may use; nil for as much as there is.
    public struct Budget: Sendable, Equatable {
        /// That are read, in bytes.
        public var bytes: UInt64?
        /// In bytes a second, over all stores.
        public var rate: UInt64?
        /// How many objects are read at once.
        public var jobs: Int?
        /// How many trials are made.
        public var trials: Int?
    }
}

/// What is written down regularly.
public struct ReportEntry: Sendable, Equatable {
    /// As the file calls it.
    public var name: String
    /// A cron expression; whether it is one is for who plans to say.
    public var cron: Placed<String>
    /// The IANA name of its zone.
    public var zone: String
    /// The last whole month, where the file says nothing.
    public var period: Period
    /// HTML alone, where the file says nothing.
    public var formats: [Format]
    /// Whose demands the report answers.
    public var frameworks: [Framework]
    /// A directory by its full path, or `s3://bucket/prefix`.
    public var output: String

    /// The time that a report is about.
    public enum Period: String, Sendable, CaseIterable {
        case lastDay = "last-day"
        case lastWeek = "last-week"
        case lastMonth = "last-month"
        case lastQuarter = "last-quarter"
        case lastYear = "last-year"
    }

    /// In which form.
    public enum Format: String, Sendable, CaseIterable { case html, pdf, json, csv, markdown }

    /// Sets of demands that are known.
    public enum Framework: String, Sendable, CaseIterable { case iso27001, soc2, nis2, dora }
}

/// How the record is made fit to be shown as evidence.
public struct EvidenceConfiguration: Sendable, Equatable {
    /// The file of the key that signs it; made on first use.
    public var key: String
    /// Where what is signed is kept besides.
    public var copies: [StorePlace]
    /// The address of a time stamping authority (RFC 3161); nil where none is asked.
    public var timestamp: String?
}

/// Where the service answers.
public struct ServeConfiguration: Sendable, Equatable {
    /// A name, or an address; one of IPv6 without brackets.
    public var host: String
    /// The port of TCP.
    public var port: UInt16
    /// What a caller has to show; always there beyond this machine.
    public var token: SecretName?
}
