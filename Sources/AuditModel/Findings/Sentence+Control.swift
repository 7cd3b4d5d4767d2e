// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: ControlFact) -> Sentence {
        switch fact {
        case .invalidSumFile(let fault), .invalidManifest(let fault), .manifestChecksum(let fault):
            fault.sentence
        case .noSumFile(let hasManifest):
            Sentence(
                "there is no sum file\(hasManifest ? Self.manifestWithoutSums : ""): the bytes were read and pinned, but nothing says what they should be"
            )
        case .noManifest:
            Sentence("there is no manifest: whether files are missing or were replaced cannot be told")
        case .infoContradicts(let claim): Sentence(claim)
        case .infoChecksum(let line, let expected, let found):
            Sentence("is not what line \(line) of the sum file says", expected: expected, found: found)
        }
    }

    private static let manifestWithoutSums = ", and the manifest holds no checksums (algorithm NONE)"
}
