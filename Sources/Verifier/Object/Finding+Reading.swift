// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

extension Finding {
    /// The same, of an object whose contents the manifest vouches for: then it is not they that are wrong.
    var sayingContentsAreIntact: Finding {
        guard case .bytes(.differing(var difference)) = fact else { return self }
        difference.holdsIntactMembers = true
        var finding = self
        finding.fact = .bytes(.differing(difference))
        return finding
    }

    /// An object that could not be read, told apart by what the store said.
    static func unreadable(_ name: ObjectName, _ error: ObjectStoreError, _ severity: Severity? = nil)
        -> Finding
    {
        let fact = ReadingFact.failed(
            ReadingFact.Obstacle(error), reason: error.message, hints: error.hints)
        return Finding(.reading(fact), severity, object: name)
    }

    /// Gone between the listing and the reading, and HEAD agrees.
    static func vanished(_ name: ObjectName) -> Finding { Finding(.presence(.vanished), object: name) }

    /// Two readings that did not see the same bytes.
    static func unstable(
        _ name: ObjectName, _ first: Observation?, _ second: Observation, isSound: Bool
    ) -> Finding {
        let fact = ReadingFact.unstable(first: first?.sha256, second: second.sha256, isSoundNow: isSound)
        return Finding(.reading(fact), object: name, cause: .unstableRead)
    }
}

extension Finding.ReadingFact.Obstacle {
    /// What the store's error means for who wanted to read.
    init(_ error: ObjectStoreError) {
        switch error {
        case .changed: self = .changing
        case .coldStorage: self = .archived
        default: self = .other
        }
    }
}
