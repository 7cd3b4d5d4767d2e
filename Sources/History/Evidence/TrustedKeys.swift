// SPDX-License-Identifier: Apache-2.0
import Evidence
import GRDB

/// The keys whose signatures the owner of a key goes on from.
///
/// Those are its own, those that it was named by, and where it took over from a lost one, all that had signed before it came. A key that
/// comes back goes on from its own: whoever has signed in between is a stranger.
struct TrustedKeys {
    private let keys: Set<VerifierKey>

    init(_ db: Database, of key: VerifierKey) throws {
        let notes = try String.fetchAll(
            db.cachedStatement(sql: "SELECT note FROM signing_key ORDER BY id")
        ).compactMap { SignedNote($0) }
        let all = notes.compactMap { note in KeyNote(note.text).map { (key: $0, note: note) } }
        var (trusted, open): (Set<VerifierKey>, [VerifierKey]) = ([key], [key])
        while let next = open.popLast() {
            for (place, one) in all.enumerated() where one.key.verifier == next {
                for other in Self.named(by: place, all) where trusted.insert(other).inserted {
                    open.append(other)
                }
            }
        }
        keys = trusted
    }

    func haveSigned(_ note: SignedNote) -> Bool { keys.contains(where: note.isSigned) }

    private static func named(
        by place: Int, _ all: [(key: KeyNote, note: SignedNote)]
    ) -> [VerifierKey] {
        let before = all[..<place].map(\.key.verifier)
        switch all[place].key.reason {
        case .first: return []
        case .rotation: return before.last.map { all[place].note.isSigned(by: $0) ? [$0] : [] } ?? []
        case .replacement: return before.contains(all[place].key.verifier) ? [] : before
        }
    }
}
