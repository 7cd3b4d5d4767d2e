// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Diagnostics
import ObjectStore

extension WALArchive {
    var expectations: WALExpectations {
        WALExpectations(systemIdentifier: systemIdentifier, segmentSize: segmentSize, mark: mark)
    }

    /// Puts a file of the archive at a path, unpacked and checked, or leaves the path as it is.
    ///
    /// What is damaged is read once more, over a new connection or from the disk, before it is called so; then
    /// other copies are tried. Sound copies must hold the same bytes. Where there is none, a damaged one will do whose damage
    /// lies behind the goal of the recovery that it is for. `isWanted` is asked once per buffer.
    public func fetch(
        _ file: ArchivedWALFile, to path: String, while isWanted: () -> Bool = { true }
    ) throws(WALArchiveError) -> WALDelivery {
        do throws(WALArchiveError) { return try fetch(file, to: path, expectations, isWanted) } catch {
            guard error.isDamage, let goal = tablespaces.goalPosition else { throw error }
            var expectations = expectations
            expectations.goal = goal
            return try fetch(file, to: path, expectations, isWanted)
        }
    }

    private func fetch(
        _ file: ArchivedWALFile, to path: String, _ expectations: WALExpectations, _ isWanted: () -> Bool
    ) throws(WALArchiveError) -> WALDelivery {
        var first: WALArchiveError?
        var candidates = try ordered(find(file), file, isWanted)[...]
        let hashes = candidates.count > 1
        while let candidate = candidates.popFirst() {
            let output = try PendingFile(for: path)
            do throws(WALArchiveError) {
                var delivery = try readTwice(candidate, file, expectations, output, hashes: hashes, isWanted)
                for other in candidates { try refuseDifference(of: other, from: delivery, isWanted) }
                try relocate(delivery, output)
                try output.publish()
                delivery.trouble = delivery.trouble ?? first?.message
                return delivery
            } catch {
                guard error.isDamage || error.isAbsence else { throw error }
                if first?.isDamage != true { first = error.isDamage ? error : first ?? error }
            }
        }
        throw first ?? .absent("\(file)", unfinished: nil)
    }

    /// Lets the links in `pg_tblspc` decide on the places of tablespaces, as the policy says.
    private func relocate(_ delivery: WALDelivery, _ output: PendingFile) throws(WALArchiveError) {
        guard let facts = delivery.facts else { return }
        let positions: [LogSequenceNumber]
        do { positions = try tablespaces.relocations(in: facts) } catch {
            throw .unplaced(error.tablespace, delivery.object)
        }
        try refuseOpenTablespace(facts, delivery)
        try output.relocate(positions, segmentSize: facts.segmentSize)
    }

    /// Throws when the last record of a segment turns out to be of a tablespace only in the next one.
    ///
    /// Any copy of that may be the one that is handed over next.
    private func refuseOpenTablespace(
        _ facts: WALSegmentFacts, _ delivery: WALDelivery
    ) throws(WALArchiveError) {
        guard tablespaces != .asWritten, let open = facts.openHeader, let name = delivery.file.segment,
            let next = name.number(size: facts.segmentSize).map({ $0 &+ 1 })
        else { return }
        let following = WALFileName(timeline: name.timeline, number: next, size: facts.segmentSize)
        let heads = try heads(of: .segment(following))
        guard heads.contains(where: { open.isOfTablespace(before: $0) == true }) else { return }
        throw .unplaced(.init(0, path: nil, at: open.position), delivery.object)
    }

    /// The first bytes of each copy of a file, unpacked; none where it is not in the archive.
    ///
    /// What they are worth its own reading shows.
    private func heads(of file: ArchivedWALFile) throws(WALArchiveError) -> [[UInt8]] {
        let candidates: [StoredWAL]
        do throws(WALArchiveError) { candidates = try find(file) } catch {
            guard error.isAbsence else { throw error }
            return []
        }
        var heads: [[UInt8]] = []
        for candidate in candidates { heads.append(try head(of: candidate, of: file)) }
        return heads
    }

    private func head(of candidate: StoredWAL, of file: ArchivedWALFile) throws(WALArchiveError) -> [UInt8] {
        let head = FirstBytes(64)
        let unpacking = Decompressor(into: head, budget: file.sizeLimit, manyGzipMembers: true)
        do throws(ObjectStoreError) {
            try store.read(ReadRequest(whole: candidate.object)) { bytes throws(ObjectStoreError) in
                do throws(ArchiveError) { try unpacking.receive(bytes) } catch { throw .interrupted }
            }
        } catch {
            let isOurs = error == .interrupted && !cancellation.isRequested
            guard head.isFull || isOurs else { throw failure(error) }
        }
        return head.bytes
    }

    /// Reads and judges a file, and hands it over to nobody.
    func examine(_ file: ArchivedWALFile) throws(WALArchiveError) -> WALDelivery {
        var first: WALArchiveError?
        for candidate in try ordered(find(file), file, { true }) {
            do throws(WALArchiveError) {
                return try readTwice(candidate, file, expectations, nil, hashes: false) { true }
            } catch {
                guard error.isAboutOneFile || error.isAbsence else { throw error }
                if first?.isDamage != true { first = error.isDamage ? error : first ?? error }
            }
        }
        throw first ?? .absent("\(file)", unfinished: nil)
    }

    /// The copy first that reaches furthest, where unfinished ones are wanted.
    private func ordered(
        _ candidates: [StoredWAL], _ file: ArchivedWALFile, _ isWanted: () -> Bool
    ) throws(WALArchiveError) -> [StoredWAL] {
        guard allowsUnfinished, file.segment != nil, candidates.count > 1 else { return candidates }
        var reaches: [(candidate: StoredWAL, end: UInt64)] = []
        for candidate in candidates {
            do throws(WALArchiveError) {
                let seen = try read(
                    candidate, file, expectations, nil, hashes: false, isSecondLook: false, isWanted)
                reaches.append((candidate, seen.fault == nil ? .max : seen.endsAt?.position ?? 0))
            } catch {
                guard error.isDamage || error.isAbsence else { throw error }
                reaches.append((candidate, 0))
            }
        }
        return reaches.sorted { $0.end > $1.end }.map(\.candidate)
    }

    /// Throws when another copy is as sound and holds other bytes: nobody knows which of them was replayed where
    /// the backup comes from.
    private func refuseDifference(
        of other: StoredWAL, from delivery: WALDelivery, _ isWanted: () -> Bool
    ) throws(WALArchiveError) {
        let seen: WALDelivery
        do throws(WALArchiveError) {
            seen = try readTwice(other, delivery.file, expectations, nil, hashes: true, isWanted)
        } catch {
            guard error.isDamage || error.isAbsence else { throw error }
            return
        }
        // One that WAL ends in is a part of the other.
        guard seen.fault == nil, delivery.fault == nil, seen.sha1 != delivery.sha1 else { return }
        throw .differing("\(delivery.file)", delivery.object, other.object.name)
    }

    private func readTwice(
        _ candidate: StoredWAL, _ file: ArchivedWALFile, _ expectations: WALExpectations,
        _ output: PendingFile?, hashes: Bool, _ isWanted: () -> Bool
    ) throws(WALArchiveError) -> WALDelivery {
        do throws(WALArchiveError) {
            return try read(
                candidate, file, expectations, output, hashes: hashes, isSecondLook: false, isWanted)
        } catch {
            guard error.isDamage else { throw error }
            try output?.clear()
            var delivery = try read(
                candidate, file, expectations, output, hashes: hashes, isSecondLook: true, isWanted)
            delivery.trouble = error.message
            return delivery
        }
    }

    private func read(
        _ candidate: StoredWAL, _ file: ArchivedWALFile, _ expectations: WALExpectations,
        _ output: PendingFile?, hashes: Bool, isSecondLook: Bool, _ isWanted: () -> Bool
    ) throws(WALArchiveError) -> WALDelivery {
        let content = WALContent(
            file, of: expectations, into: output, hashes: hashes || candidate.sha1 != nil)
        var delivery = try unpack(
            candidate, file, expectations, content, isSecondLook: isSecondLook, isWanted)
        guard let fault = delivery.fault else { return delivery }
        if delivery.isBehindGoal {
            // Nothing of what is damaged is handed over.
            try output?.cut(to: delivery.bytesOfWAL)
            delivery.trouble = "\(fault.message); recovery ends before that"
        } else {
            try admit(delivery, orThrow: fault)
        }
        guard let size = delivery.facts?.segmentSize else {
            throw .absent("\(file)", unfinished: candidate.object.name)
        }
        try output?.fill(upTo: UInt64(size))
        delivery.size = UInt64(size)
        return delivery
    }

    /// Lets a segment through that WAL ends in, where such are wanted.
    ///
    /// Where they are not, it is as good as absent when nothing comes after it. When something does, it is damaged.
    private func admit(
        _ delivery: WALDelivery, orThrow fault: WALArchiveError
    ) throws(WALArchiveError) {
        guard !allowsUnfinished, let name = delivery.file.segment else { return }
        guard let size = delivery.facts?.segmentSize ?? segmentSize, try !holdsWAL(after: name, size) else {
            throw fault
        }
        throw .absent("\(delivery.file)", unfinished: delivery.object)
    }

    /// Whether there is any later segment, on the same timeline or one that came after it.
    private func holdsWAL(after name: WALFileName, _ size: UInt32) throws(WALArchiveError) -> Bool {
        guard let number = name.number(size: size), number < UInt64.max / UInt64(size) - Self.beyond - 1
        else {
            return true
        }
        let (first, past) = (number + 1, number + 1 + Self.beyond)
        let ranges = (name.timeline...(try newestTimeline(after: name.timeline))).map { timeline in
            WALRange(
                timeline: timeline, start: LogSequenceNumber(first * UInt64(size)),
                end: LogSequenceNumber(past * UInt64(size)))
        }
        return try coverage(of: ranges, segmentSize: size).present > 0
    }

    /// The history that a candidate holds.
    func readHistory(
        _ candidate: StoredWAL, _ timeline: UInt32
    ) throws(WALArchiveError) -> TimelineHistory {
        let file = ArchivedWALFile.history(timeline)
        let content = WALContent(file, of: expectations, into: nil)
        _ = try unpack(candidate, file, expectations, content, isSecondLook: false) { true }
        do throws(FormatError) { return try TimelineHistory.parse(content.text, timeline: timeline) } catch {
            throw .damaged(
                candidate.object.name, place: "its lines", expected: error.expected, found: error.found,
                hint: "is there another copy?")
        }
    }

    private func unpack(
        _ candidate: StoredWAL, _ file: ArchivedWALFile, _ expectations: WALExpectations,
        _ content: WALContent, isSecondLook: Bool,
        _ isWanted: () -> Bool
    ) throws(WALArchiveError) -> WALDelivery {
        let unpacking = Decompressor(into: content, budget: file.sizeLimit, manyGzipMembers: true)
        let judgement = WALJudge(object: candidate.object.name, file: file, archive: expectations)
        var fault: ArchiveError?
        do throws(ObjectStoreError) {
            let request = ReadRequest(whole: candidate.object, isSecondLook: isSecondLook)
            try store.read(request) { bytes throws(ObjectStoreError) in
                guard isWanted() else { throw .interrupted }
                do throws(ArchiveError) { try unpacking.receive(bytes) } catch {
                    fault = error
                    throw .interrupted
                }
            }
        } catch {
            if fault == nil { throw failure(error) }
        }
        if fault == nil { do throws(ArchiveError) { try unpacking.finish() } catch { fault = error } }
        return try judgement.conclude(content, fault, sha1: candidate.sha1)
    }
}
