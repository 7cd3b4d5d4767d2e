// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// What is wrong, in values: one case for each thing that can be.
    ///
    /// A case with its values is kept in histories beside its words. One that is renamed is told by those words from
    /// then on; one must never come to mean something else.
    public enum Fact: Sendable, Equatable, Codable {
        /// Objects that are not there, or are and should not be.
        case presence(PresenceFact)
        /// What could not be read, or not twice alike.
        case reading(ReadingFact)
        /// The bytes of an object beside those that were read first.
        case bytes(BytesFact)
        /// What sum file, info file and manifest say of themselves and each other.
        case control(ControlFact)
        case archive(ArchiveFact)
        /// Files of the data directory beside the manifest's list.
        case member(MemberFact)
        /// Which backup of which cluster the contents are.
        case identity(IdentityFact)
        case pages(PagesFact)
        case wal(WALFact)
        /// The backup as a whole, and what it builds on.
        case backup(BackupFact)
        /// What a server says that was started on it.
        case inside(InsideFact)
        /// So many more of one kind.
        case others(Int, FindingCode)
        /// The words alone, as an earlier version left them.
        case recorded(FindingCode, Sentence)
    }
}

extension Finding.Fact {
    /// What kind of thing it is.
    public var code: FindingCode {
        switch self {
        case .presence(let fact): fact.code
        case .reading(let fact): fact.code
        case .bytes(let fact): fact.code
        case .control(let fact): fact.code
        case .archive(let fact): fact.code
        case .member(let fact): fact.code
        case .identity(let fact): fact.code
        case .pages(let fact): fact.code
        case .wal(let fact): fact.code
        case .backup(let fact): fact.code
        case .inside(let fact): fact.code
        case .others(_, let code), .recorded(let code, _): code
        }
    }

    /// How bad it is where nothing makes it better or worse.
    var severity: Severity {
        switch self {
        case .presence(let fact): fact.severity
        case .reading(let fact): fact.severity
        case .bytes(let fact): fact.severity
        case .control(let fact): fact.severity
        case .archive(let fact): fact.severity
        case .member(let fact): fact.severity
        case .identity(let fact): fact.severity
        case .pages(let fact): fact.severity
        case .wal(let fact): fact.severity
        case .backup(let fact): fact.severity
        case .inside(let fact): fact.severity
        case .others, .recorded: .error
        }
    }
}
