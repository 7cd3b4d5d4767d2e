// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: ArchiveFact) -> Sentence {
        switch fact {
        case .ended(_, let fault): fault.sentence
        case .gzipHeader(let expected, let found, let consequence):
            Sentence(
                "a header of gzip is not as compressors write it, at byte \(offset ?? 0): expected \(expected), found \(found); \(consequence.words)",
                expected: expected, found: found)
        case .wrongSuffix(let named, let found):
            Sentence("its name says \(named), its bytes are \(found)", expected: named, found: found)
        case .repacked(let trait, let isProven):
            Sentence(
                "it was packed again by another program (\(trait)), and \(isProven ? "its members are held against the manifest" : "no manifest says for each of its members what it should be")",
                expected: "an archive of pg_basebackup", found: trait)
        }
    }
}

extension Finding.ArchiveFact.GzipConsequence {
    fileprivate var words: String {
        switch self {
        case .none: "programs that unpack it pass over this"
        case .misleading: "it decides where programs look for the content"
        case .refused: "gunzip and tar refuse to unpack it"
        }
    }
}
