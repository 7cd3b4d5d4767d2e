// SPDX-License-Identifier: Apache-2.0

/// Where bytes go, in order: a stage of the chain that takes an archive apart.
public protocol ByteSink: AnyObject {
    /// Takes the next bytes, which are valid during the call only.
    func receive(_ bytes: RawSpan) throws(ArchiveError)

    /// Takes note that the input ended; whatever is missing then is an error.
    func finish() throws(ArchiveError)
}

/// Where the members of an archive go, one after another.
public protocol MemberSink: AnyObject {
    func begin(_ member: TarMember) throws(ArchiveError)

    /// Takes the next bytes of the member that was begun; never called for a directory.
    func receive(_ bytes: RawSpan) throws(ArchiveError)

    /// The member that was begun has had all of its bytes.
    func end() throws(ArchiveError)
}
