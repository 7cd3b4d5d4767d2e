// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import ObjectStore

extension Catalogue {
    /// Sorts the objects of a listing into backups; every object ends up in a backup or among the foreign.
    ///
    /// A folder is a backup when the marks of one are directly in it. A plain backup owns all below it. The
    /// folder of a sum file owns all below it but folders with a sum file or manifest of their own. Below
    /// any other backup, folders with marks are backups of their own. Names are compared byte for byte:
    /// folders that differ in case or in Unicode form only stay two.
    ///
    /// `rootLabel` is the label of a backup that is the store's root itself.
    public static func arrange(_ listing: [StoredObject], rootLabel: String = "") -> Catalogue {
        let (objects, oddments) = sift(listing)
        var owners = Owners(marks: marks(of: objects))
        var owned: [ObjectName: [StoredObject]] = [:]
        var foreign = oddments
        // What a backup's tablespace link leads to is that backup's, unless it is another one's, too.
        let linked = Set(objects.compactMap(\.otherName))
        for object in objects {
            if let owner = owners.owner(of: object.name.folder) {
                owned[owner, default: []].append(object)
            } else if !linked.contains(object.name) {
                foreign.append(ForeignObject(object, "belongs to no backup"))
            }
        }
        let backups = owned.keys.sorted().map { folder in
            Backup(
                label: folder.isEmpty ? rootLabel : ObjectName(bytes: folder.bytes.dropLast()).description,
                folder: folder, kind: owners.kind(of: folder), objects: owned[folder] ?? [])
        }
        return Catalogue(backups: backups, foreign: foreign.sorted { $0.name < $1.name })
    }

    /// Sorts a listing and takes out what cannot be part of a backup.
    private static func sift(_ listing: [StoredObject]) -> (objects: [StoredObject], rest: [ForeignObject]) {
        var objects: [StoredObject] = []
        var rest: [ForeignObject] = []
        for object in listing.sorted(by: { $0.name < $1.name }) {
            if object.name.hasSuffix("/") {
                rest.append(
                    ForeignObject(object, object.size == 0 ? "folder marker" : "folder marker with content"))
            } else if object.name == objects.last?.name {
                rest.append(ForeignObject(object, "listed twice"))
            } else {
                objects.append(object)
            }
        }
        return (objects, rest)
    }

    private static func marks(of objects: [StoredObject]) -> [ObjectName: FolderMarks] {
        var marks: [ObjectName: FolderMarks] = [:]
        for object in objects {
            let folder = object.name.folder
            marks[folder, default: FolderMarks()].note(object.name.lastComponent)
            if object.name == "global/pg_control" || object.name.hasSuffix("/global/pg_control") {
                marks[object.name.dropping(last: "global/pg_control"), default: FolderMarks()]
                    .noteControlFile()
            }
        }
        return marks
    }
}

/// Which backup a folder belongs to; answers are kept, since many objects share a folder.
private struct Owners {
    private let candidates: [ObjectName: (kind: BackupKind, marks: FolderMarks)]
    /// How long the candidates' names are: only such ancestors of a folder need to be looked up.
    private let lengths: Set<Int>
    private var known: [ObjectName: ObjectName?] = [:]

    init(marks: [ObjectName: FolderMarks]) {
        candidates = marks.compactMapValues { marks in marks.kind.map { ($0, marks) } }
        lengths = Set(candidates.keys.map(\.bytes.count))
    }

    func kind(of folder: ObjectName) -> BackupKind { candidates[folder]?.kind ?? .checksummedFolder }

    mutating func owner(of folder: ObjectName) -> ObjectName? {
        if let answer = known[folder] { return answer }
        var owner: ObjectName?
        for length in [0] + folder.ancestorLengths where lengths.contains(length) {
            let ancestor = ObjectName(bytes: folder.bytes.prefix(length))
            if isOwn(ancestor, below: owner) { owner = ancestor }
        }
        known[folder] = .some(owner)
        return owner
    }

    /// Whether a folder is a backup of its own, given the nearest backup above it.
    private func isOwn(_ folder: ObjectName, below outer: ObjectName?) -> Bool {
        guard let candidate = candidates[folder] else { return false }
        guard let outer, let above = candidates[outer] else { return true }
        if above.kind == .plain { return false }
        return above.marks.hasSumFile ? candidate.marks.describesItself : true
    }
}

extension ObjectName {
    /// How long the names of the folders on the way to this one are, itself included, outermost first.
    fileprivate var ancestorLengths: [Int] {
        bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }.map { $0 + 1 }
    }

    fileprivate func dropping(last suffix: String) -> ObjectName {
        ObjectName(bytes: bytes.dropLast(suffix.utf8.count))
    }
}

extension ForeignObject {
    fileprivate init(_ object: StoredObject, _ reason: String) {
        self.init(name: object.name, size: object.size, reason: reason)
    }
}
