// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// Whether what is to be written fits where it is to be written.
struct FreeSpace {
    /// What is wanted in one directory.
    struct Demand: Equatable {
        var path: String
        var bytes: UInt64
        var files: UInt64
    }

    /// What a file system has left for those who are not root.
    struct Supply: Equatable {
        var bytes: UInt64
        /// Nil where the file system makes inodes as they are needed.
        var files: UInt64?
    }

    /// Beyond what is written: directories, and what recovery itself needs.
    private static let margin: (bytes: UInt64, files: UInt64) = (32 << 20, 100)

    /// Demands on the same file system count together.
    static func check(_ demands: [Demand]) throws(RestoreError) {
        var together: [UInt64: Demand] = [:]
        for demand in demands {
            let device = try device(of: demand.path)
            together[device, default: Demand(path: demand.path, bytes: 0, files: 0)].add(demand)
        }
        for demand in together.values.sorted(by: { $0.path < $1.path }) {
            try check(demand, try supply(of: demand.path))
        }
    }

    static func check(_ demand: Demand, _ supply: Supply) throws(RestoreError) {
        let bytes = demand.bytes.addingClamped(margin.bytes)
        guard bytes <= supply.bytes else {
            throw .noSpace(
                ObjectName(demand.path).description, needed: "\(bytes) bytes",
                available: "\(supply.bytes) bytes")
        }
        let files = demand.files.addingClamped(margin.files)
        guard let free = supply.files, files > free else { return }
        throw .noSpace(
            ObjectName(demand.path).description, needed: "\(files) inodes", available: "\(free) inodes")
    }

    static func supply(of path: String) throws(RestoreError) -> Supply {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw .failed("looking at", path, .last) }
        let bytes = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return Supply(
            bytes: bytes.overflow ? .max : bytes.partialValue,
            files: status.f_files == 0 ? nil : UInt64(status.f_favail))
    }

    private static func device(of path: String) throws(RestoreError) -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .failed("looking at", path, .last) }
        return UInt64(status.st_dev)
    }
}

extension FreeSpace.Demand {
    fileprivate mutating func add(_ other: FreeSpace.Demand) {
        bytes = bytes.addingClamped(other.bytes)
        files = files.addingClamped(other.files)
    }
}
