// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

/// The files of a manifest, no path twice: in their order, and by path.
///
/// There may be millions. Each takes 16 bytes, those of its path and its checksum, and 5 to 11 in the index;
/// a `ManifestFile` is made of them when it is asked for.
public struct ManifestFiles: Sendable {
    private var list = PackedFiles()
    private var index = PlaceIndex()

    /// No files yet.
    public init() {}

    /// Why a file was not added.
    enum Refusal { case duplicate, noRoom }

    /// Adds a file; says why when it did not.
    mutating func append(
        _ path: ArraySlice<UInt8>, size: UInt64, _ algorithm: DigestAlgorithm, checksum: [UInt8]
    ) -> Refusal? {
        index.makeRoom(list)
        guard let slot = index.freeSlot(for: path, list) else { return .duplicate }
        guard let place = list.append(path, size: size, algorithm, checksum: checksum) else { return .noRoom }
        index.fill(slot, with: place)
        return nil
    }

    /// How much memory they take, in bytes.
    public var byteCount: Int { list.byteCount + index.byteCount }

    // MARK: By path

    /// Where in the list a path stands.
    public func place(of path: ObjectName) -> Int? { index.place(of: path.bytes[...], list) }

    /// The file of this path; nil when the manifest has none.
    public subscript(path: ObjectName) -> ManifestFile? { place(of: path).map { self[$0] } }

    /// The paths that end in the bytes of a text, in the order of the files.
    public func paths(endingWith ending: String) -> [ObjectName] {
        let end = Array(ending.utf8)
        return indices.lazy.map { [list] in list.path(at: $0) }.filter {
            $0.suffix(end.count).elementsEqual(end)
        }
        .map { ObjectName(bytes: $0) }
    }

    // MARK: Without their paths

    /// What can be told of a file without making anything of its path.
    public struct Outline: Sendable, Equatable {
        /// Nil for files of the data directory itself.
        public let tablespace: UInt32?
        /// In bytes.
        public let size: UInt64
        /// Whether the manifest has a checksum of it.
        public let isSummed: Bool
    }

    /// In the order of the files.
    public var outlines: some Sequence<Outline> {
        indices.lazy.map { [list] place in
            Outline(
                tablespace: BackupManifest.tablespace(of: list.path(at: place)), size: list.size(at: place),
                isSummed: list.algorithm(at: place) != .none)
        }
    }
}

extension ManifestFiles: RandomAccessCollection {
    /// Always 0: an index is a place in the order of the manifest.
    public var startIndex: Int { 0 }
    /// How many files there are.
    public var endIndex: Int { list.count }

    /// The file at a place, made of its packed parts at each call.
    public subscript(place: Int) -> ManifestFile {
        ManifestFile(
            path: ObjectName(bytes: list.path(at: place)), size: list.size(at: place),
            algorithm: list.algorithm(at: place), checksum: Array(list.checksum(at: place)))
    }
}

extension ManifestFiles: Equatable, ExpressibleByArrayLiteral {
    /// Whether both have the same files in the same order.
    public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }

    /// Traps where a path comes twice, as `init(_:)` does.
    public init(arrayLiteral files: ManifestFile...) { self.init(files) }

    /// - Precondition: no path comes twice or is longer than 64 KiB, and checksums are as long as their algorithms'.
    public init(_ files: some Sequence<ManifestFile>) {
        for file in files {
            let refusal = append(
                file.path.bytes[...], size: file.size, file.algorithm, checksum: file.checksum)
            precondition(refusal == nil, "a manifest has each path once")
        }
    }
}
