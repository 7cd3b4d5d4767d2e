// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The names that the readings of this run wrote: whatever else stands in the data directory is left over, of an
/// interrupted run or of a first reading that was wrong.
///
/// No name is a file's and a folder's, nor two files': what one object of a backup holds is never replaced by
/// what another one holds. Kept as 64-bit hashes with a key of this process, so that nobody can make two names
/// look like one; a million files need some 30 MiB.
struct WrittenNames {
    typealias Reading = UInt32

    private struct Entry {
        var reading: Reading
        var isFolder: Bool
    }

    private var newest: [Int: Reading] = [:]
    private var replaced: Set<Reading> = []
    private var entries: [Int: Entry] = [:]
    private var count: Reading = 0

    /// Whether an object was read a second time, which may have named other files than the first.
    var isAnyReplaced: Bool { !replaced.isEmpty }

    /// A reading of an object begins: the names that an earlier one gave do not count any more.
    mutating func begin(_ object: ObjectName) -> Reading {
        count &+= 1
        if let before = newest.updateValue(count, forKey: object.hashValue) { replaced.insert(before) }
        return count
    }

    /// Adds a file; false when another object holds that name.
    mutating func insert(file path: ObjectName, by reading: Reading) -> Bool {
        guard entry(path) == nil else { return false }
        entries[path.hashValue] = Entry(reading: reading, isFolder: false)
        return true
    }

    /// Adds a folder; false when another object holds a file of that name.
    mutating func insert(folder path: ObjectName, by reading: Reading) -> Bool {
        guard entry(path)?.isFolder ?? true else { return false }
        entries[path.hashValue] = Entry(reading: reading, isFolder: true)
        return true
    }

    /// Adds every folder on the way to a path; false when another object holds a file of such a name.
    mutating func insert(foldersOf path: ObjectName, by reading: Reading) -> Bool {
        for (place, byte) in path.bytes.enumerated() where byte == UInt8(ascii: "/") {
            guard insert(folder: ObjectName(bytes: path.bytes[..<place]), by: reading) else { return false }
        }
        return true
    }

    func contains(_ path: ObjectName) -> Bool { entry(path) != nil }

    private func entry(_ path: ObjectName) -> Entry? {
        entries[path.hashValue].flatMap { replaced.contains($0.reading) ? nil : $0 }
    }
}
