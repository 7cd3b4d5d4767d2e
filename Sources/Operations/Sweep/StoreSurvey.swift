// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import History
import Inspection
import ObjectStore
import Planning

/// A store that is open, what it holds, and what the history knows of that.
struct StoreSurvey {
    let name: String
    let store: any ObjectStore
    let catalogue: Catalogue
    /// By label.
    let backups: [String: Backup]
    /// What plans go by: what is there, and what once was.
    private(set) var known: [KnownBackup]
    /// Those that do not come up as they should.
    private(set) var trialFailures = TrialFailures()
    /// By group: how long its newest trial took until the server answered.
    private(set) var secondsToAnswer: [String: Double] = [:]
    /// The answers that the store gave; nil where nobody counts.
    var requests: RequestCount?
    private let memory: Memory
    private let context: OperationContext
    /// What they say of themselves, by label.
    private var descriptions: [String: SelfDescription] = [:]
    /// Of which cluster each is, by label.
    private var groups: [String: String] = [:]

    /// What each backup builds on, by label; those are missing that could not be read.
    private(set) var descents: [String: KnownBackup.Descent] = [:]

    /// Lists the store and reads the small files of its backups.
    init(_ name: String, _ store: any ObjectStore, _ memory: Memory, _ context: OperationContext) throws {
        (self.name, self.store, self.memory, self.context) = (name, store, memory, context)
        catalogue = try Catalogue.scan(store)
        backups = Dictionary(catalogue.backups.map { ($0.label, $0) }) { first, _ in first }
        known = []
        descriptions = try SelfDescriptions(store: store, context: context)
            .descriptions(of: catalogue.backups)
        groups = try groupNames()
        try refresh()
    }

    /// Finds out what each backup builds on.
    ///
    /// `unreadable` is told of a backup of which that cannot be read: it throws, or the backup is passed over, and counts as an
    /// incremental one.
    mutating func trace(unreadable: @escaping (Backup, any Error) throws -> Void = { throw $1 }) throws {
        var memories: [String: BackupMemory] = [:]
        for backup in catalogue.backups {
            memories[backup.label] = try memory.history?.memory(of: backup.place(inStoreAt: store.url))
        }
        var descents = Descents(catalogue.backups, in: store, memories, unreadable: unreadable)
        self.descents = try descents.all()
        try refresh()
    }

    /// What somebody has marked to be kept, of what is there and of what is not.
    func marks() throws -> [ProtectionMark] {
        try (memory.history?.marks(at: store.url) ?? [:]).values.map { mark in
            ProtectionMark(
                BackupKey(store: name, label: label(of: mark.place.url)), until: mark.until)
        }
    }

    /// As the catalogue calls it.
    private func label(of url: String) -> String {
        catalogue.backups.first { $0.place(inStoreAt: store.url).url == url }?.label
            ?? String(url.dropFirst(store.url.count + 1))
    }

    /// Reads again what the history knows, after something was done; the store is asked nothing.
    mutating func refresh() throws { known = try present() + absent() }

    /// All that an operation on one of its backups is told.
    func selection(of backup: Backup) -> BackupSelection {
        BackupSelection(
            location: store.url, backups: [backup], foreign: [], neighbours: catalogue.backups)
    }

    // MARK: What is there

    private mutating func present() throws -> [KnownBackup] {
        let past = try PastOfStore(at: store.url, memory, now: context.clock.now)
        trialFailures = TrialFailures()
        for backup in catalogue.backups {
            trialFailures.count(
                past.trials(of: backup.place(inStoreAt: store.url).url), of: backup.label,
                in: groups[backup.label] ?? "")
        }
        secondsToAnswer = past.secondsToAnswer { url in
            catalogue.backups.first { $0.place(inStoreAt: store.url).url == url }.flatMap { groups[$0.label] }
        }
        return catalogue.backups.map { backup in
            let place = backup.place(inStoreAt: store.url).url
            let taken = descriptions[backup.label]?.time?.timestamp ?? backup.newest ?? context.clock.now
            var known = KnownBackup(
                store: name, group: groups[backup.label] ?? "", label: backup.label, taken: taken,
                bytes: backup.size)
            (known.lastWritten, known.arrived) = (backup.newest, backup.newest.map { max($0, taken) })
            // What was whole once is no upload under way: what it lacks now, it has lost.
            known.isIncomplete =
                descriptions[backup.label].map { !$0.completeness.isComplete } ?? false
                && !past.wasRead(place)
            past.tell(of: place, &known)
            known.descent = descents[backup.label] ?? .full
            known.form = backup.form
            known.describe(
                try? memory.history?.memory(of: BackupPlace(url: place, label: "")), backup,
                now: context.clock.now)
            known.trialSeconds = past.forecast(of: backup.size)
            return known
        }
    }

    /// By label: the folders of a cluster's backups, and its system identifier where the folders hold several.
    private func groupNames() throws -> [String: String] {
        let groups = try GroupedBackups(store: store, memory: memory, context: context)
            .groups(of: catalogue) { descriptions[$0.label]?.time }
        var names: [String: String] = [:]
        for group in groups {
            let name = group.folders.joined(separator: "+")
            for backup in group.backups { names[backup.label] = name }
            for backup in group.strangers { names[backup.label] = "\(name)\(GroupStatus.earlier)" }
        }
        return names
    }

    // MARK: What once was

    /// Backups that the history knows and the store does not list: their trials still count.
    private func absent() throws -> [KnownBackup] {
        guard let history = memory.history else { return [] }
        let present = Set(catalogue.backups.map { $0.place(inStoreAt: store.url).url })
        let past = try PastOfStore(at: store.url, memory, now: context.clock.now)
        return try history.backups(.init(place: store.url)).filter { !present.contains($0.place.url) }.map {
            line in
            let label = label(of: line.place.url)
            var known = KnownBackup(
                store: name, group: group(ofFolder: Self.folder(of: label)), label: label,
                taken: LabelTime.read(line.place.label) ?? line.lastProof, bytes: line.bytes)
            known.goneSince = context.clock.now
            past.tell(of: line.place.url, &known)
            return known
        }
    }

    /// The present owner of a folder; its name where it has none any more.
    private func group(ofFolder folder: String) -> String {
        let owners = catalogue.backups.filter { $0.groupFolder == folder }
            .compactMap { groups[$0.label] }
        return owners.first { !$0.hasSuffix(GroupStatus.earlier) } ?? folder
    }

    /// The groups of clusters whose backups still come: some are there, and no later cluster took their place.
    var liveGroups: Set<String> {
        Set(known.filter { $0.goneSince == nil }.map(\.group).filter { !$0.hasSuffix(GroupStatus.earlier) })
    }

    private static func folder(of label: String) -> String {
        label.split(separator: "/").dropLast().joined(separator: "/")
    }
}

extension KnownBackup {
    /// What is kept of its objects says how much is left to be read, and where reading may be cut.
    fileprivate mutating func describe(_ memory: BackupMemory?, _ backup: Backup, now: Timestamp) {
        guard let memory else { return }
        isChanged = !memory.isOf(backup)
        if isChanged { forgetProofs() }
        // A pin of a clock that was ahead is as new as any.
        if let since = memory.pins.values.map(\.since).filter({ $0 <= now }).max() {
            proofs = proofs.filter { $0.value >= since }
        }
        contentsKnown = memory.inspection?.checks == ContentChecks.version
        bytesDone = memory.progress.values.reduce(0) { $0.addingClamped($1.bytes) }
        let isKnown = backup.objects.allSatisfy { memory.pins[backup.relativeName(of: $0)] != nil }
        if !isKnown || isChanged { inVain = [:] }
        objects = backup.objects.map { object in
            let name = backup.relativeName(of: object)
            return KnownObject(
                name: name, bytes: object.size, chunkSize: memory.pins[name]?.midstates?.chunkSize)
        }
        // Sizes of what was looked at only in part say nothing.
        guard let inspection = memory.inspection, inspection.isComplete else { return }
        for total in inspection.contents.relations {
            sizes["\(total.database) \(total.fork)"] = total.bytes
        }
    }
}

extension KnownBackup {
    /// Something speaks against what was shown of it: nobody may rest on that.
    mutating func forgetProofs() {
        proofs = [:]
        if standing == .sound || standing == .unsettled { standing = .unknown }
    }
}

extension BackupMemory {
    /// Whether what is listed is what was pinned, as far as names, sizes and validators tell.
    fileprivate func isOf(_ backup: Backup) -> Bool {
        let listed = Dictionary(
            backup.objects.map { (backup.relativeName(of: $0), $0.validators) }
        ) { first, _ in first }
        return pins.allSatisfy { name, pin in
            listed[name].map { $0.mayBe(pin.validators) } ?? false
        }
    }
}

extension Validators {
    /// Nothing that both tell differs.
    fileprivate func mayBe(_ other: Validators) -> Bool {
        func agree<Value: Equatable>(_ one: Value?, _ two: Value?) -> Bool {
            one == nil || two == nil || one == two
        }
        return size == other.size && agree(etag, other.etag) && agree(version, other.version)
            && isWritten(when: other)
    }
}

extension ObjectProgress {
    /// Proven so far, and not to be read again.
    fileprivate var bytes: UInt64 {
        switch extent {
        case .read(let states): UInt64(states.count) &* states.chunkSize
        case .proven(let chunks, let size, _): UInt64(chunks.reduce(0) { $0 + $1.count }) &* size
        case .complete: validators.size
        }
    }
}

extension Backup {
    /// How it was stored: plain, or the name of its base archive.
    fileprivate var form: String {
        let base = objects.map(relativeName(of:)).first { TarName($0)?.content == .base }
        return base?.description ?? kind.rawValue
    }
}
