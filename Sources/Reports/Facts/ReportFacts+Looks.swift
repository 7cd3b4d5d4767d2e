// SPDX-License-Identifier: Apache-2.0
import AuditModel

// Of which backups a report tells each look: a large store has too many for all.
extension ReportFacts {
    /// More rows would make a picture that nobody can read.
    static let mostInCalendar = 40

    /// The labels of the backups of a store that a calendar shows, the oldest first: those taken last, and those that are gone by then.
    public func calendar(of store: ReportedStore) -> [String] {
        let looks = sweeps.flatMap(\.stores).filter {
            $0.name == store.name && $0.failure == nil && $0.url == store.location
        }
        guard let last = looks.last else { return [] }
        let there = last.backups.sorted {
            let (left, right) = ($0.taken?.nanoseconds ?? .min, $1.taken?.nanoseconds ?? .min)
            return left == right ? $0.label < $1.label : left < right
        }.suffix(Self.mostInCalendar).map(\.label)
        guard there.count < Self.mostInCalendar else { return there }
        let gone = StoreRecord.gone(looks, remaining: last).sorted()
        return gone.suffix(Self.mostInCalendar - there.count) + there
    }

    /// Whether a backup was listed in the period, and not by the last look at its store.
    func isGone(_ label: String, from store: String) -> Bool {
        guard let store = stores.first(where: { $0.name == store }) else { return false }
        let looks = sweeps.flatMap(\.stores).filter {
            $0.name == store.name && $0.failure == nil && $0.url == store.location
        }
        guard let last = looks.last, !last.backups.contains(where: { $0.label == label }) else {
            return false
        }
        return looks.contains { look in look.backups.contains { $0.label == label } }
    }

    /// What of a store went wrong: labels, groups and keys.
    public func subjects(in store: ReportedStore) -> [String] {
        ExceptionRecord.all(self).filter { $0.store == store.name }.map(\.subject)
    }
}
