// SPDX-License-Identifier: Apache-2.0

/// Reads a manifest that comes in pieces, and checks it against its own checksum.
///
/// What it comes to is a function of the bytes, however they are cut. Memory is a window of 256 KiB and what
/// `ManifestFiles` says for each file listed, whatever the input.
public struct ManifestParser: ~Copyable {
    private var reader = ManifestReader()
    private var seal = ManifestSeal()
    private var content = ManifestContent()
    private var fault: FormatError?

    /// Nothing has come yet: the next byte is the first of the manifest.
    public init() {}

    /// Takes the next bytes; what is wrong with them is told at the end.
    public mutating func receive(_ bytes: RawSpan) {
        seal.receive(bytes)
        var rest = bytes
        while rest.byteCount > 0, fault == nil, content.claim == nil {
            rest = rest.extracting(droppingFirst: reader.fill(rest))
            if reader.isFull { proceed() }
        }
    }

    /// What the manifest says, when all of it has come.
    public consuming func finish() throws(FormatError) -> BackupManifest {
        // Bytes that changed are told apart from bytes that never were a manifest.
        let statement = try seal.statement()
        reader.isComplete = true
        proceed()
        if let fault { throw fault }
        guard let claim = content.claim else { preconditionFailure("a manifest was read without its end") }
        guard let statement, statement.offset == claim.offset else { throw seal.fault(claim) }
        return content.manifest(checksum: statement.digest)
    }

    /// The cluster that a manifest names in its first 256 bytes, since PostgreSQL 17.
    ///
    /// Nil when it names none, or when the bytes are no manifest's. Nothing proves it.
    public static func systemIdentifier(inHead bytes: RawSpan) -> UInt64? {
        var parser = ManifestParser()
        _ = parser.reader.fill(bytes)
        parser.reader.isComplete = true
        guard parser.reader.beginPart() else { return nil }
        do throws(FormatError) { try parser.content.takeNext(&parser.reader) } catch { return nil }
        return parser.content.systemIdentifier
    }

    /// Goes on as far as whole parts have come.
    private mutating func proceed() {
        guard fault == nil else { return }
        do throws(FormatError) {
            while content.claim == nil, reader.beginPart() { try content.takeNext(&reader) }
            reader.letGo()
        } catch { fault = error }
    }
}
