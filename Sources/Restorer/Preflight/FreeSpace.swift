// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// Whether what is to be written fits where it is to be written.
enum FreeSpace {
    /// What is wanted in one directory.
    struct Demand: Equatable {
        var path: String
        var bytes: SpaceEstimate
        var files: SpaceEstimate
    }

    /// What a file system has left for those who are not root.
    struct Supply: Equatable {
        var bytes: UInt64
        /// Nil where the file system makes inodes as they are needed.
        var files: UInt64?
        /// Whether files may take up less than they hold there, and their number is a guess.
        var mayCompress = false
    }

    /// btrfs, ZFS, bcachefs and F2FS compress where they are told to; NFS, CIFS, SMB 2 and FUSE do not say what is
    /// behind them (`f_type` of statfs(2)).
    private static let compressing: Set<UInt32> = [
        0x9123_683E, 0x2FC1_2FC1, 0xCA45_1A4E, 0xF2F5_2010, 0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546,
    ]

    /// What is needed of each file system, demands on the same one together; throws when it surely does not fit.
    ///
    /// What the folders `held` have of it already is needed no more.
    static func room(
        for demands: [Demand], heldIn held: [StagedPlace] = []
    ) throws(RestoreError) -> [RestorePlan.Room] {
        var together: [UInt64: Demand] = [:]
        for demand in demands {
            let device = try device(of: demand.path)
            together[device, default: Demand(path: demand.path, bytes: .none, files: .none)].add(demand)
        }
        for place in held {
            guard let size = StagedSize(of: place) else { continue }
            together[try device(of: place.parent)]?.subtract(size)
        }
        var rooms: [RestorePlan.Room] = []
        for demand in together.values.sorted(by: { $0.path < $1.path }) {
            rooms.append(try room(for: demand, try supply(of: demand.path)))
        }
        return rooms
    }

    static func room(for demand: Demand, _ supply: Supply) throws(RestoreError) -> RestorePlan.Room {
        let shown = ObjectName(demand.path).description
        guard supply.mayCompress || demand.bytes.least <= supply.bytes else {
            throw .noSpace(
                shown, needed: "at least \(demand.bytes.least) bytes", available: "\(supply.bytes) bytes")
        }
        if let free = supply.files, !supply.mayCompress, demand.files.least > free {
            throw .noSpace(
                shown, needed: "at least \(demand.files.least) inodes", available: "\(free) inodes")
        }
        return RestorePlan.Room(
            directory: demand.path, bytes: demand.bytes, bytesFree: supply.bytes, files: demand.files,
            filesFree: supply.files)
    }

    static func supply(of path: String) throws(RestoreError) -> Supply {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw .failed("looking at", path, .last) }
        return Supply(
            bytes: UInt64(status.f_bavail).multipliedClamped(by: UInt64(status.f_frsize)),
            files: status.f_files == 0 ? nil : UInt64(status.f_favail),
            mayCompress: try compressing.contains(type(of: path)))
    }

    static func type(of path: String) throws(RestoreError) -> UInt32 {
        do throws(SystemError) { return try FileDescriptor(directory: path).fileSystemType() } catch {
            throw .failed("looking at", path, error)
        }
    }

    private static func device(of path: String) throws(RestoreError) -> UInt64 {
        do { return try FileStatus(following: path).device } catch {
            throw .failed("looking at", path, error)
        }
    }
}

extension FreeSpace.Demand {
    fileprivate mutating func subtract(_ size: StagedSize) {
        (bytes, files) = (bytes - size.bytes, files - size.files)
    }

    fileprivate mutating func add(_ other: FreeSpace.Demand) {
        bytes = bytes + other.bytes
        files = files + other.files
    }
}
