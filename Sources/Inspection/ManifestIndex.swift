// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

/// A manifest's files by path.
public struct ManifestIndex: Sendable {
    public let manifest: BackupManifest
    private let places: [ObjectName: Int32]

    public init(_ manifest: BackupManifest) {
        self.manifest = manifest
        var places: [ObjectName: Int32] = [:]
        places.reserveCapacity(manifest.files.count)
        for (place, file) in manifest.files.enumerated() { places[file.path] = Int32(clamping: place) }
        self.places = places
    }

    /// Where in the list a path stands.
    func place(of path: ObjectName) -> Int32? { places[path] }

    func file(at place: Int32) -> ManifestFile { manifest.files[Int(place)] }
}
