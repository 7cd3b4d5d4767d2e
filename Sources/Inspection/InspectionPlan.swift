// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// What the contents of a backup are to be held against; the same for all of its objects.
public struct InspectionPlan: Sendable {
    /// Nil for a backup without a manifest.
    public let manifest: BackupManifest?
    /// Whether members are compared with the manifest here; not where the objects themselves are.
    public let comparesMembers: Bool

    /// Without a manifest there is nothing to compare members with, whatever `comparesMembers` says.
    public init(manifest: BackupManifest?, comparesMembers: Bool = true) {
        (self.manifest, self.comparesMembers) = (manifest, comparesMembers)
    }
}

extension InspectionPlan {
    /// The timeline on which a backup ends that began on another one; nil for all others.
    var laterTimeline: UInt32? {
        let timelines = manifest?.walRanges.map(\.timeline) ?? []
        guard let last = timelines.max(), timelines.min() != last else { return nil }
        return last
    }
}

/// What is to be done with the bytes of one object.
public struct InspectionOrder: Sendable {
    /// Relative to the backup's folder.
    let object: ObjectName
    let source: ContentSource
    /// In bytes, as stored, of the version that is read.
    public var size: UInt64
    let plan: InspectionPlan
    /// How the WAL before this object ended, when it goes on in this one.
    var wal: WALReader?
    /// Where its members are kept; nil when they are only judged.
    public var output: (any MemberOutput)?

    /// `object` is relative to the backup's folder, `size` in bytes as stored; members are only judged, and WAL begins anew.
    public init(_ object: ObjectName, _ source: ContentSource, size: UInt64, plan: InspectionPlan) {
        (self.object, self.source, self.size, self.plan) = (object, source, size, plan)
    }

    /// Whether the object is one segment of WAL, which goes on where another one ends.
    public var isSegment: Bool {
        guard source == .directory, case .walSegment = MemberRole(object) else { return false }
        return true
    }

    /// Lets WAL go on where another object's ended.
    public mutating func goOn(after contents: ObjectContents) { wal = contents.wal }

    /// Whether the manifest vouches for all that the object holds.
    public func isIntact(_ contents: ObjectContents) -> Bool { contents.isIntact(by: plan) }

    /// Whether taking it apart is so much work that handing its bytes to another thread pays: decompression is,
    /// and so is writing; sums of bytes that are in the cache anyway are not.
    var isWorthAThread: Bool {
        Compression(suffixOf: object) != .none || output != nil && size >= 1 << 20
    }

    /// Somebody who takes the bytes; for one thread at a time.
    public func inspector() -> ObjectInspector { ObjectInspector(self) }
}
