// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore
import Threads

extension StoreLender {
    /// Why an answer is not given to its end.
    private enum Leaving: Error {
        case store(ObjectStoreError)
        /// Nobody wants it any more, or nobody is there.
        case unwanted
    }

    /// A thread that answers one question after the other, until the serving ends.
    func answerAll() {
        while let (number, question) = next() {
            do throws(Leaving) {
                let end = try answer(number, question.wish, from: stores[question.store])
                answerLast(number, .done, LendingJSON.bytes(end))
            } catch {
                if case .store(let error) = error { answerLast(number, .failed, Self.words(error)) }
            }
            state.withState { state in
                state.allowed[number] = nil
                state.answering.remove(number)
            }
        }
    }

    private func next() -> (UInt32, LendingQuestion)? {
        state.withState { $0.idle += 1 }
        return state.wait { state -> (UInt32, LendingQuestion)?? in
            if state.isEnded {
                state.idle -= 1
                return .some(nil)
            }
            guard !state.waiting.isEmpty else { return nil }
            state.idle -= 1
            let next = state.waiting.removeFirst()
            state.answering.insert(next.0)
            return next
        }
    }

    private func answerLast(_ number: UInt32, _ kind: LendingFrame.Kind, _ content: [UInt8]) {
        guard state.withState({ $0.allowed[number] != nil && !$0.isEnded }) else { return }
        try? sender.send(kind, number, content)
    }

    /// Shortened where a store was told more than a frame holds.
    private static func words(_ error: ObjectStoreError) -> [UInt8] {
        let words = LendingJSON.bytes(error)
        guard words.count > LendingFrame.Kind.failed.limit else { return words }
        return LendingJSON.bytes(
            ObjectStoreError.gaveUp("the store", attempts: String(error.message.prefix(1000))))
    }

    private func answer(
        _ number: UInt32, _ wish: LendingQuestion.Wish, from store: any ObjectStore
    ) throws(Leaving) -> LendingEnd {
        var end = LendingEnd()
        switch wish {
        case .list(let prefix): try list(prefix, number, store)
        case .head(let name):
            end.object = WrittenObject(try asking { () throws(ObjectStoreError) in try store.head(name) })
        case .older(let name):
            let older = try asking { () throws(ObjectStoreError) in try store.olderVersion(of: name) }
            end.older = older.map { WrittenObject($0.object) }
            end.superseded = older.map { WrittenTime($0.superseded) }
        case .read(let name, let from, let to, let expected, let isSecondLook):
            guard
                let request = ReadRequest(
                    name, from: from, to: to, expected: expected.validators, isSecondLook: isSecondLook)
            else { throw .store(.misbehaving("\(name)", reason: "a range that is none")) }
            end.statistics = try read(request, number, store)
        }
        return end
    }

    private func asking<Result>(
        _ step: () throws(ObjectStoreError) -> Result
    ) throws(Leaving) -> Result {
        do throws(ObjectStoreError) { return try step() } catch { throw .store(error) }
    }

    private func list(
        _ prefix: ObjectName, _ number: UInt32, _ store: any ObjectStore
    ) throws(Leaving) {
        var (batch, isUnwanted): ([StoredObject], Bool) = ([], false)
        func flush() throws(ObjectStoreError) {
            guard !batch.isEmpty else { return }
            guard send(.listed, number, LendingJSON.bytes(batch.map(WrittenObject.init)).span.bytes) else {
                isUnwanted = true
                throw .interrupted
            }
            batch.removeAll(keepingCapacity: true)
        }
        do throws(ObjectStoreError) {
            try store.list(prefix) { (object) throws(ObjectStoreError) in
                batch.append(object)
                if batch.count == 500 { try flush() }
            }
            try flush()
        } catch { throw isUnwanted ? .unwanted : .store(error) }
    }

    /// Small pieces go together, so that the two processes meet seldom.
    private func read(
        _ request: ReadRequest, _ number: UInt32, _ store: any ObjectStore
    ) throws(Leaving) -> ReadStatistics {
        var (buffer, isUnwanted): ([UInt8], Bool) = ([], false)
        func flush(_ bytes: RawSpan) throws(ObjectStoreError) {
            var rest = bytes
            while rest.byteCount > 0 {
                let piece = rest.extracting(first: min(rest.byteCount, LendingFrame.mostBytes))
                rest = rest.extracting(droppingFirst: piece.byteCount)
                guard send(.bytes, number, piece) else {
                    isUnwanted = true
                    throw .interrupted
                }
            }
        }
        do throws(ObjectStoreError) {
            let statistics = try store.read(request) { (bytes) throws(ObjectStoreError) in
                if buffer.isEmpty, bytes.byteCount >= 256 << 10 { return try flush(bytes) }
                bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
                guard buffer.count >= 512 << 10 else { return }
                try flush(buffer.span.bytes)
                buffer.removeAll(keepingCapacity: true)
            }
            try flush(buffer.span.bytes)
            return statistics
        } catch { throw isUnwanted ? .unwanted : .store(error) }
    }

    /// Waits until the frame may go; false when nobody wants it any more.
    private func send(_ kind: LendingFrame.Kind, _ number: UInt32, _ content: RawSpan) -> Bool {
        let isWanted = state.wait { state -> Bool? in
            guard !state.isEnded, let allowed = state.allowed[number] else { return false }
            guard allowed > 0 else { return nil }
            state.allowed[number] = allowed - 1
            return true
        }
        guard isWanted else { return false }
        do throws(ChannelFault) { try sender.send(kind, number, content) } catch { return false }
        return true
    }
}
