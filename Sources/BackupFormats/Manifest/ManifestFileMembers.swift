// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// The members of one file's object, in any order, each at most once.
struct ManifestFileMembers {
    private var path: ArraySlice<UInt8>?
    private var encodedPath: ArraySlice<UInt8>?
    private var size: UInt64?
    private var hasTime = false
    private var algorithm: DigestAlgorithm?
    private var checksum: ArraySlice<UInt8>?

    /// Reads up to the end of the object, whose start was taken, and adds the file.
    static func take(_ reader: inout ManifestReader, into files: inout ManifestFiles) throws(FormatError) {
        var members = ManifestFileMembers()
        let offset = reader.position - 1
        var isFirst = true
        while let name = try reader.nextMember(isFirst: &isFirst) {
            try members.take(name, &reader)
        }
        try members.add(to: &files, reader, at: offset)
    }

    private mutating func take(_ name: ArraySlice<UInt8>, _ reader: inout ManifestReader) throws(FormatError)
    {
        let offset = reader.position
        let isNew: Bool
        switch name {
        case Name.path:
            isNew = path == nil && encodedPath == nil
            path = try reader.string("a path")
        case Name.encodedPath:
            isNew = path == nil && encodedPath == nil
            encodedPath = try reader.string("a path in hex")
        case Name.size:
            isNew = size == nil
            size = try reader.integer(upTo: UInt64(Int64.max), "a size of less than 2^63")
        case Name.lastModified:
            isNew = !hasTime
            _ = try reader.string("a time")
            hasTime = true
        case Name.algorithm:
            isNew = algorithm == nil
            algorithm = try Self.algorithm(&reader)
        case Name.checksum:
            isNew = checksum == nil
            checksum = try reader.string("a checksum")
        default: throw reader.fault("a member that files have, not \(excerpt(name))", at: offset)
        }
        guard isNew else { throw reader.fault("each member once, not \(excerpt(name)) again", at: offset) }
    }

    private static func algorithm(_ reader: inout ManifestReader) throws(FormatError) -> DigestAlgorithm {
        reader.skipBlanks()
        let offset = reader.position
        let name = try reader.string("the name of an algorithm")
        guard let algorithm = DigestAlgorithm(rawValue: String(decoding: name, as: UTF8.self)) else {
            throw reader.fault("NONE, CRC32C, SHA224, SHA256, SHA384 or SHA512", at: offset)
        }
        return algorithm
    }

    private func add(
        to files: inout ManifestFiles, _ reader: ManifestReader, at offset: Int
    ) throws(FormatError) {
        let path = try plainPath(reader, at: offset)
        if let fault = RelativePath.fault(in: path) ?? Self.furtherFault(in: path) {
            throw .invalidManifest(
                offset: offset, expected: "a path in the data directory", found: "\(fault): \(excerpt(path))")
        }
        guard let size else { throw reader.fault("a size for \(excerpt(path))", at: offset) }
        let algorithm = self.algorithm ?? .none
        guard let digest = Hex.decode(checksum ?? []), digest.count == algorithm.byteCount else {
            throw .invalidManifest(
                offset: offset,
                expected: "\(algorithm.byteCount * 2) hex digits for \(algorithm.rawValue)",
                found: checksum.map(excerpt) ?? "no checksum")
        }
        switch files.append(path, size: size, algorithm, checksum: digest) {
        case nil: break
        case .duplicate:
            throw .invalidManifest(
                offset: offset, expected: "each path once", found: "'\(ObjectName(bytes: path))' again")
        case .noRoom:
            throw .invalidManifest(offset: offset, expected: "a manifest of at most 4 GiB", found: "more")
        }
    }

    private func plainPath(_ reader: ManifestReader, at offset: Int) throws(FormatError) -> ArraySlice<UInt8>
    {
        if let path { return path }
        guard let encodedPath else { throw reader.fault("a file with a path", at: offset) }
        guard let path = Hex.decode(encodedPath) else {
            throw .invalidManifest(offset: offset, expected: "a path in hex", found: excerpt(encodedPath))
        }
        return path[...]
    }

    /// What PostgreSQL cannot have or keep in a data directory: MAXPGPATH is 1024, its final NUL included.
    private static func furtherFault(in path: ArraySlice<UInt8>) -> String? {
        if path.count > 1023 { return "a path of \(path.count) bytes" }
        return path.contains { $0 < 0x20 || $0 == 0x7F } ? "a path with control characters" : nil
    }

    private enum Name {
        static let path = Array("Path".utf8)[...]
        static let encodedPath = Array("Encoded-Path".utf8)[...]
        static let size = Array("Size".utf8)[...]
        static let lastModified = Array("Last-Modified".utf8)[...]
        static let algorithm = Array("Checksum-Algorithm".utf8)[...]
        static let checksum = Array("Checksum".utf8)[...]
    }
}
