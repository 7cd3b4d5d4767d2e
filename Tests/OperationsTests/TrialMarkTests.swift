// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Operations

@Suite struct `What stands on a container of a trial` {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func mark(_ change: (inout TrialMark) -> Void = { _ in }) -> TrialMark {
        var mark = TrialMark(at: now)
        change(&mark)
        return mark
    }

    @Test func `comes back from its labels`() {
        let plain = Self.mark()
        #expect(TrialMark(plain.labels) == plain)
        let kept = Self.mark { $0.keptUntil = Self.now }
        #expect(TrialMark(kept.labels) == kept)
        #expect(!plain.pidNamespace.isEmpty && plain.process.startTime > 0)
    }

    @Test func `is none where a label lacks or makes no sense`() {
        let labels = Self.mark { $0.keptUntil = Self.now }.labels
        for name in labels.keys where name != "pg_backctl.trial.kept-until" {
            var others = labels
            others[name] = nil
            #expect(TrialMark(others) == nil, "\(name)")
        }
        let numbers = ["pg_backctl.trial.pid", "pg_backctl.trial.process-start", "pg_backctl.trial.made"]
        for name in numbers + ["pg_backctl.trial", "pg_backctl.trial.kept-until"] {
            var others = labels
            others[name] = "soon"
            #expect(TrialMark(others) == nil, "\(name)")
        }
    }

    @Test func `lets go when its process is gone, and not before`() {
        let observer = Self.mark()
        #expect(!Self.mark().isOver(seenBy: observer, isRunning: false))
        let dead = Self.mark { $0.process.startTime -= 1 }
        #expect(dead.isOver(seenBy: observer, isRunning: true))
        let before = Self.mark { $0.process.bootID = "another" }
        #expect(before.isOver(seenBy: observer, isRunning: false))
        // Of another machine that has the same name.
        #expect(!before.isOver(seenBy: observer, isRunning: true))
    }

    @Test func `counts for its time where nobody sees its process`() {
        let observer = Self.mark()
        let changes: [(inout TrialMark) -> Void] = [
            { $0.process.host = "elsewhere" }, { $0.pidNamespace = "pid:[1]" },
        ]
        for change in changes {
            let young = Self.mark {
                change(&$0)
                $0.process.startTime -= 1
            }
            #expect(!young.isOver(seenBy: observer, isRunning: false))
            let old = Self.mark {
                change(&$0)
                $0.made = Timestamp(seconds: Self.now.seconds - 24 * 3600 - 1)
            }
            #expect(old.isOver(seenBy: observer, isRunning: false))
            // It lives by the connection to its maker.
            #expect(!old.isOver(seenBy: observer, isRunning: true))
        }
    }

    @Test func `keeps what failed as long as was asked, whoever is gone`() {
        let kept = Self.mark { mark in
            mark.process.startTime -= 1
            mark.keptUntil = Timestamp(seconds: Self.now.seconds + 1)
        }
        #expect(!kept.isOver(seenBy: Self.mark(), isRunning: false))
        let later = Self.mark { $0.made = Timestamp(seconds: Self.now.seconds + 1) }
        #expect(kept.isOver(seenBy: later, isRunning: false))
    }
}
