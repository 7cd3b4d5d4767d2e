// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// An object that is not there, or is and should not be.
    public enum PresenceFact: Sendable, Equatable, Codable {
        /// The sum file lists it on this line.
        case missingFromSumFile(line: Int)
        case missingFromManifest
        /// It was there, and nothing lists it any more; `withChecksum` when something did.
        case gone(since: Timestamp, withChecksum: Bool)
        case unlisted(by: Attestor)
        /// Behind the link of a tablespace, where who made the sum file did not look.
        case unlistedBehindLink
        /// Files that an archive which is missing held, by the manifest.
        case lostFiles(Sample<String>)
        /// WAL that an archive which is missing held: names of segments.
        case lostSegments([String])
        /// The same where nobody knows how large segments are.
        case lostStretches([WALStretch])
        /// Listed, and gone when it was to be read.
        case vanished
        /// Not listed at first, and there now.
        case appeared
        /// Nothing of the backup is there any more.
        case backupVanished

        var code: FindingCode {
            switch self {
            case .missingFromSumFile, .missingFromManifest, .gone: .missingObject
            case .unlisted, .unlistedBehindLink: .unlistedObject
            case .lostFiles: .missingMember
            case .lostSegments, .lostStretches: .walGap
            case .vanished, .appeared, .backupVanished: .objectChanging
            }
        }

        var severity: Severity { if case .unlistedBehindLink = self { .warning } else { .error } }
    }
}
