// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

extension Finding {
    /// Which layer is wrong: not the members, when the manifest vouches for all of them.
    var sayingContentsAreIntact: Finding {
        guard code == .checksumMismatch, cause != .sumFileChanged else { return self }
        var finding = self
        let uncovered = "bytes that no member covers (headers, padding, what the compression adds)"
        let culprit =
            cause == .neverGood
            ? "the sum file is wrong, or \(uncovered) are" : "the damage is in \(uncovered)"
        finding.message += "; all that it holds is as the manifest says: \(culprit)"
        return finding
    }

    /// An object that could not be read, told apart by what the store said.
    static func unreadable(_ name: ObjectName, _ error: ObjectStoreError) -> Finding {
        let code: FindingCode =
            switch error {
            case .changed: .objectChanging
            case .coldStorage: .archivedObject
            default: .unreadableObject
            }
        let hints = error.hints.map { " (\($0))" }.joined()
        return Finding(code, object: name, message: error.message + hints)
    }

    /// Gone between the listing and the reading, and HEAD agrees.
    static func vanished(_ name: ObjectName) -> Finding {
        Finding(
            .objectChanging, object: name, message: "was listed, and was gone when it was to be read")
    }

    /// Two readings that did not see the same bytes.
    static func unstable(
        _ name: ObjectName, _ first: Observation?, _ second: Observation, isSound: Bool
    ) -> Finding {
        Finding(
            .unstableRead, isSound ? .warning : .error, object: name, expected: first?.sha256,
            found: second.sha256, cause: .unstableRead,
            message: isSound
                ? "the first reading was wrong, the second right: look at the network, the disk and the memory"
                : "two readings were wrong in two ways: look at the network, the disk and the memory")
    }
}
