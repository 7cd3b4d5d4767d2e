// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: ReadingFact) -> Sentence {
        switch fact {
        case .noObject(let oddity, let isTablespace):
            Sentence("cannot be read as an object: \(oddity)\(isTablespace ? Self.tablespaceAdvice : "")")
        case .failed(_, let reason, let hints): Sentence(reason + hints.map { " (\($0))" }.joined())
        case .unstable(let first, let second, let isSoundNow):
            Sentence(
                isSoundNow
                    ? "the first reading was wrong, the second right: look at the network, the disk and the memory"
                    : "two readings were wrong in two ways: look at the network, the disk and the memory",
                expected: first, found: second)
        case .busy(let reason): Sentence(reason)
        }
    }

    private static let tablespaceAdvice =
        "; give a LOCATION that holds both the backup and its tablespaces, or take such backups in tar format"
}
