// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// Something that could not be read, which says nothing of what its bytes are.
    public enum ReadingFact: Sendable, Equatable, Codable {
        /// What stands in an object's place and is none: a link, a device.
        case noObject(String, isTablespace: Bool)
        /// In the store's own words, with what may help.
        case failed(Obstacle, reason: String, hints: [String])
        /// Two readings did not see the same bytes; the digests, and whether the second saw the right ones.
        case unstable(first: String?, second: String, isSoundNow: Bool)
        /// Somebody else is at it; in the history's own words.
        case busy(reason: String)

        /// What kept a store from giving the bytes.
        public enum Obstacle: String, Sendable, Equatable, Codable, CaseIterable {
            /// The object is being written.
            case changing
            /// Its bytes must be brought back from an archive first.
            case archived
            case other

            var code: FindingCode {
                switch self {
                case .changing: .objectChanging
                case .archived: .archivedObject
                case .other: .unreadableObject
                }
            }
        }

        var code: FindingCode {
            switch self {
            case .noObject: .unreadableObject
            case .failed(let obstacle, _, _): obstacle.code
            case .unstable: .unstableRead
            case .busy: .backupBusy
            }
        }

        var severity: Severity {
            if case .unstable(_, _, isSoundNow: true) = self { .warning } else { .error }
        }
    }
}
