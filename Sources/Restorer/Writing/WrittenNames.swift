// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Inspection
import Synchronization

/// What each archive of a backup was seen to hold, reading by reading: a first reading that was wrong may have
/// written files under names that the second, right one does not have.
///
/// Names are kept as hashes, since there can be millions.
final class WrittenNames: Sendable {
    struct Names {
        var files: Set<Int> = []
        /// Those on the way to files, too.
        var folders: Set<Int> = []
    }

    /// What only readings before the last one wrote.
    enum Leftover: Equatable {
        case nothing
        case names(files: Set<Int>, folders: Set<Int>)
        /// Another archive holds a file of such a name, and nobody knows whose bytes it has now.
        case overwritten
    }

    fileprivate struct Readings {
        var last = Names()
        var earlier = Names()
    }

    private let archives = Mutex<[ObjectName: Readings]>([:])

    /// Notes what a keeper is shown of an archive, from now on in another reading.
    func noting(_ archive: ObjectName, _ keeper: any MemberKeeper) -> any MemberKeeper {
        archives.withLock { $0[archive, default: Readings()].begin() }
        return NotingKeeper(keeper) { [self] path, kind in
            archives.withLock { $0[archive, default: Readings()].last.note(path, kind) }
        }
    }

    func leftover(of archive: ObjectName) -> Leftover {
        archives.withLock { archives in
            guard let readings = archives[archive] else { return .nothing }
            archives[archive]?.earlier = Names()
            var files = readings.earlier.files.subtracting(readings.last.files)
            var folders = readings.earlier.folders.subtracting(readings.last.folders)
            guard !files.isEmpty || !folders.isEmpty else { return .nothing }
            for (other, readings) in archives where other != archive {
                guard files.isDisjoint(with: readings.last.files) else { return .overwritten }
                files.subtract(readings.last.folders)
                folders.subtract(readings.last.folders)
            }
            return .names(files: files, folders: folders)
        }
    }
}

extension WrittenNames.Readings {
    fileprivate mutating func begin() {
        earlier.files.formUnion(last.files)
        earlier.folders.formUnion(last.folders)
        last = WrittenNames.Names()
    }
}

extension WrittenNames.Names {
    fileprivate mutating func note(_ path: ObjectName, _ kind: TarMember.Kind) {
        if kind == .file { files.insert(path.hashValue) } else { folders.insert(path.hashValue) }
        for end in path.bytes.indices where path.bytes[end] == UInt8(ascii: "/") {
            folders.insert(ObjectName(bytes: path.bytes[..<end]).hashValue)
        }
    }
}

/// Tells of each member and hands everything on.
private final class NotingKeeper: MemberKeeper {
    private let keeper: any MemberKeeper
    private let note: (ObjectName, TarMember.Kind) -> Void

    init(_ keeper: any MemberKeeper, _ note: @escaping (ObjectName, TarMember.Kind) -> Void) {
        (self.keeper, self.note) = (keeper, note)
    }

    func begin(_ path: ObjectName, _ member: TarMember) {
        note(path, member.kind)
        keeper.begin(path, member)
    }

    func take(_ bytes: RawSpan) { keeper.take(bytes) }
    func end() { keeper.end() }
}
