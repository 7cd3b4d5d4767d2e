// SPDX-License-Identifier: Apache-2.0

/// Writes a tar archive piece by piece, as POSIX.1-2017 has it under `pax`: ustar, with pax headers where those are needed.
///
/// The bytes of files are handed on as they come and never kept. Without `finish` an archive has no end, by which
/// whoever unpacks it can tell that it is not whole.
public final class TarWriter<Failure: Error> {
    /// What ends the writing.
    public enum Fault: Error {
        /// Whoever takes the archive did not take it.
        case destination(Failure)
        /// What was to be written cannot be.
        case entry(TarEntryFault)
    }

    private let write: (RawSpan) throws(Failure) -> Void
    private var open: (entry: TarEntry, left: UInt64)?

    /// `write` takes the archive's next bytes, which are valid during the call only.
    public init(_ write: @escaping (RawSpan) throws(Failure) -> Void) { self.write = write }

    /// Begins a member.
    ///
    /// - Precondition: the one before it was ended.
    public func begin(_ entry: TarEntry) throws(Fault) {
        precondition(open == nil, "a member was not ended")
        let header: [UInt8]
        do throws(TarEntryFault) { header = try entry.header() } catch { throw .entry(error) }
        try unsafe put(header.span.bytes)
        open = (entry, entry.size)
    }

    /// Takes the next bytes of the file that was begun.
    public func receive(_ bytes: RawSpan) throws(Fault) {
        guard let (entry, left) = open else { preconditionFailure("no member was begun") }
        guard UInt64(bytes.byteCount) <= left else {
            throw .entry(TarEntryFault(entry.path, "more bytes than the \(entry.size) that were announced"))
        }
        try put(bytes)
        open = (entry, left - UInt64(bytes.byteCount))
    }

    /// Ends the member that was begun; all of its bytes must have come.
    public func end() throws(Fault) {
        guard let (entry, left) = open else { preconditionFailure("no member was begun") }
        guard left == 0 else {
            throw .entry(
                TarEntryFault(entry.path, "\(left) bytes fewer than the \(entry.size) that were announced"))
        }
        open = nil
        try unsafe put([UInt8](repeating: 0, count: TarEntry.padding(of: entry.size)).span.bytes)
    }

    /// Writes a member and all of its bytes; a directory or a link has none.
    public func add(_ entry: TarEntry, content: [UInt8] = []) throws(Fault) {
        try begin(entry)
        try unsafe receive(content.span.bytes)
        try end()
    }

    /// Writes the two blocks of zeros that end an archive.
    ///
    /// - Precondition: every member was ended.
    public func finish() throws(Fault) {
        precondition(open == nil, "a member was not ended")
        try unsafe put([UInt8](repeating: 0, count: 1024).span.bytes)
    }

    private func put(_ bytes: RawSpan) throws(Fault) {
        guard bytes.byteCount > 0 else { return }
        do throws(Failure) { try write(bytes) } catch { throw .destination(error) }
    }
}
