// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

@testable import StoreLending

/// What comes out of a container in which foreign code runs, and what its lender answers.
@Sendable func fuzzLending(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    let whole = heard([bytes])
    precondition(whole == heard(pieces(of: bytes, steer)), "other frames in other pieces")
    for frame in whole.frames {
        precondition(frame.content.count <= frame.kind.limit, "longer than its kind may be")
        let question: LendingQuestion? = LendingJSON.words(frame.content)
        if case .read(let name, let from, let to, let expected, let isSecondLook)? = question?.wish {
            let request = ReadRequest(
                name, from: from, to: to, expected: expected.validators, isSecondLook: isSecondLook)
            precondition(request.map { $0.range.upperBound <= $0.expected.size } ?? true, "beyond its end")
        }
        let objects: [WrittenObject]? = LendingJSON.words(frame.content)
        for object in objects ?? [] {
            precondition(WrittenObject(object.object) == object, "another object when it is written again")
        }
        let _: LendingEnd? = LendingJSON.words(frame.content)
        let _: ObjectStoreError? = LendingJSON.words(frame.content)
    }
}

private struct Heard: Equatable {
    var frames: [LendingFrame] = []
    var fault: LendingFrameReader.Fault?
}

private func heard(_ pieces: [[UInt8]]) -> Heard {
    var (heard, reader) = (Heard(), LendingFrameReader())
    do throws(LendingFrameReader.Fault) {
        for piece in pieces { try reader.receive(piece) { heard.frames.append($0) } }
        try reader.finish()
    } catch { heard.fault = error }
    return heard
}
