// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

/// A store that another process has opened: every question goes there, and every error comes back as it was there.
struct LentStore: ObjectStore {
    let url: String
    let place: Int
    let borrower: StoreBorrower

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        _ = try ask(.list(prefix: prefix)) { (answer) throws(ObjectStoreError) in
            try answer.end(.listed) { (content) throws(ObjectStoreError) in
                guard let objects: [WrittenObject] = LendingJSON.words(content) else {
                    throw LendingAnswer.nonsense
                }
                for object in objects { try body(object.object) }
            }
        }
    }

    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        let end = try ask(.head(name)) { (answer) throws(ObjectStoreError) in try answer.end() }
        guard let object = end.object else { throw LendingAnswer.nonsense }
        return object.object
    }

    func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? {
        let end = try ask(.older(name)) { (answer) throws(ObjectStoreError) in try answer.end() }
        guard let older = end.older else { return nil }
        guard let superseded = end.superseded else { throw LendingAnswer.nonsense }
        return OlderVersion(older.object, superseded: superseded.time)
    }

    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        var left = request.range.upperBound - request.range.lowerBound
        let wish = LendingQuestion.Wish.read(
            request.name, from: request.range.lowerBound, to: request.range.upperBound,
            expected: WrittenValidators(request.expected), isSecondLook: request.isSecondLook)
        let end = try ask(wish) { (answer) throws(ObjectStoreError) in
            try answer.end(.bytes) { (content) throws(ObjectStoreError) in
                guard UInt64(content.count) <= left else { throw LendingAnswer.nonsense }
                left -= UInt64(content.count)
                try body(content.span.bytes)
            }
        }
        guard left == 0, let statistics = end.statistics else { throw LendingAnswer.nonsense }
        return statistics
    }

    private func ask(
        _ wish: LendingQuestion.Wish, _ body: (LendingAnswer) throws(ObjectStoreError) -> LendingEnd
    ) throws(ObjectStoreError) -> LendingEnd {
        try borrower.ask(LendingQuestion(store: place, wish: wish), body)
    }
}
