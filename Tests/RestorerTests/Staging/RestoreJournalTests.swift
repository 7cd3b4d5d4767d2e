// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Restorer

@Suite struct `The journal of a restore` {
    private func identity(request: String = "r", files: String = "f") -> RestoreJournal.Identity {
        RestoreJournal.Identity(
            backup: "/b", objects: "o", target: "/t", tablespaces: [:], request: request, files: files,
            asked: request)
    }

    /// A time is on the way to the newest timeline, and the archive may get another one between two runs.
    @Test func `is brought to its end by the same words, whatever the archive makes of them by now`() {
        var other = identity()
        other.request = "on another timeline"
        #expect(journal(.placing).isGoneOnWith(by: other) && !journal(.recovered).isGoneOnWith(by: other))
        other.asked = "another goal"
        #expect(!journal(.placing).isGoneOnWith(by: other))
    }

    /// Somebody at a terminal had answered, and is not asked again; or nobody could be asked, and it was off.
    @Test(arguments: [
        (nil, nil, true), (nil, "off", true), (nil, "keep", true), ("off", nil, true), ("keep", nil, false),
        ("keep", "keep", true), ("keep", "off", false), ("off", "keep", false),
    ])
    func `is brought to its end as it was settled, and not otherwise`(
        said: String?, settled: String?, isFinished: Bool
    ) {
        var left = journal(.placing)
        left.identity.archiving = settled
        var other = identity()
        other.archiving = said
        #expect(left.isGoneOnWith(by: other) == isFinished)
    }

    @Test func `tells again what was found only as long as that is what was recovered`() {
        var left = journal(.recovered, hasPristine: true)
        left.told = [Finding(.inside(.unstarted))]
        #expect(left.goneOn(by: identity()).told == left.told)
        var other = identity()
        other.request = "another goal"
        #expect(left.goneOn(by: other).phase == .reverting && left.goneOn(by: other).told == nil)
    }

    private func journal(_ phase: RestoreJournal.Phase, hasPristine: Bool = false) -> RestoreJournal {
        var journal = RestoreJournal(identity(), phase: phase)
        journal.pristine = hasPristine ? ["/t"] : nil
        return journal
    }

    @Test(arguments: [
        (RestoreJournal.Phase.streaming, false, true), (.written, false, true), (.reverting, true, true),
        (.recovering, false, false), (.recovering, true, true), (.scripting, true, false),
        (.placing, true, false),
    ])
    func `is gone on with for another goal while the files are as they were written`(
        _ phase: RestoreJournal.Phase, _ hasPristine: Bool, _ isGoneOnWith: Bool
    ) {
        let journal = journal(phase, hasPristine: hasPristine)
        #expect(journal.isGoneOnWith(by: identity(request: "other")) == isGoneOnWith)
        #expect(!journal.isGoneOnWith(by: identity(request: "other", files: "other")))
        var moved = identity(request: "other")
        moved.objects = "p"
        #expect(!journal.isGoneOnWith(by: moved))
    }

    /// Where the databases are there, only the settings are left to be seen to.
    @Test func `of what was recovered goes on whatever is said of archiving, and not with other settings`() {
        let journal = journal(.recovered)
        var answered = identity()
        answered.archiving = "keep"
        #expect(journal.isGoneOnWith(by: answered) && journal.goneOn(by: answered).phase == .recovered)
        // Once parts are in their places, what was settled is.
        #expect(!self.journal(.placing).isGoneOnWith(by: answered))
        var configured = identity()
        configured.settings = "another folder"
        #expect(!journal.isGoneOnWith(by: configured))
        #expect(self.journal(.recovered, hasPristine: true).goneOn(by: configured).phase == .reverting)
        #expect(!self.journal(.placing).isGoneOnWith(by: configured))
    }

    @Test func `begins recovery again for another goal only`() {
        let journal = journal(.recovering, hasPristine: true)
        #expect(journal.goneOn(by: identity()).phase == .recovering)
        let other = journal.goneOn(by: identity(request: "other"))
        #expect(other.phase == .reverting && other.identity.request == "other" && other.pristine == ["/t"])
        #expect(self.journal(.written).goneOn(by: identity(request: "other")).phase == .written)
    }
}

@Suite struct `A copy of what was written` {
    private func need(_ device: UInt64, _ size: UInt64, free: UInt64, isShared: Bool = false)
        -> PristineCopy.Need
    {
        .init(directory: "/d\(device)", device: device, size: size, free: free, isShared: isShared)
    }

    private func isLeftOut(_ needs: [PristineCopy.Need], margin: UInt64) -> Bool {
        if case .leftOut = PristineCopy.decided(for: needs, margin: margin) { true } else { false }
    }

    @Test func `is made where there is clearly room, and nowhere else`() {
        let apart = [need(1, 800, free: 1000), need(2, 80, free: 190)]
        #expect(PristineCopy.decided(for: apart, margin: 100) == .full(bytes: 880))
        // An eighth more, and what recovery writes.
        #expect(isLeftOut([need(1, 800, free: 999)], margin: 100))
        // Both go to the same file system.
        let together = [need(1, 800, free: 1100), need(1, 800, free: 1100)]
        #expect(isLeftOut(together, margin: 0))
        let words =
            "a copy of the files and what recovery may write need 1800 bytes in '/d1', which has 1100"
        #expect(PristineCopy.decided(for: together, margin: 0) == .leftOut(words))
        #expect(PristineCopy.decided(for: [need(1, .max, free: 0, isShared: true)], margin: .max) == .shared)
        #expect(!isLeftOut([need(1, .max, free: .max)], margin: 0))
        #expect(isLeftOut([need(1, .max, free: .max - 1)], margin: .max))
    }
}
