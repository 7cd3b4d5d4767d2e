// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Files
import Glibc
import ObjectStore

/// Looks at how a store keeps its backups: who may change them, what would delete them, and when.
///
/// A bucket is asked with GET, HEAD and listings alone, unless the order says to probe.
public struct LookAtPosture: Sendable {
    private let store: any ObjectStore
    private let location: String
    private let order: PostureOrder
    private let context: OperationContext

    /// Of how many objects of the newest backup the locks are looked at.
    private static let mostObjects = 5

    /// Opens the store; nothing of it is read yet.
    public init(_ address: StoreAddress, _ order: PostureOrder, _ context: OperationContext) throws {
        // What is asked here is not worth a rate limit, which would hide the bucket.
        var address = address
        (address.rateLimit, location) = (nil, address.location)
        store = try StoreOpening(address: address, context: context).open(jobs: 1)
        (self.order, self.context) = (order, context)
    }

    /// Lists the store, asks, and judges; throws when the store cannot be listed.
    public func run() throws -> PostureReport {
        let newest = try newestBackup()
        let (place, advice) = try look(at: newest)
        return PostureReport(
            location: store.url, place: place, newestBackup: newest?.label, keepDays: order.keepDays,
            advice: advice)
    }

    private func look(at newest: Backup?) throws -> (PostureReport.Place, [PostureAdvice]) {
        let sample = Self.sample(newest?.objects ?? [])
        if let retrying = store as? RetryingStore,
            let posture = try retrying.posture(sampling: sample, isProbing: order.isProbing)
        {
            return (.bucket(posture), posture.advice(keepDays: order.keepDays, at: context.clock.now))
        }
        let posture = DirectoryPosture(
            store: try FolderRights(at: location),
            newestBackup: try newest.flatMap { backup in
                guard !backup.folder.isEmpty,
                    let folder = ObjectName(bytes: backup.folder.bytes.dropLast()).utf8Text
                else { return nil }
                return try FolderRights(at: "\(location)/\(folder)")
            }, isRoot: geteuid() == 0)
        return (.directory(posture), posture.advice)
    }

    /// By what its name or its objects say; what it says itself is not read for this.
    private func newestBackup() throws -> Backup? {
        try Catalogue.scan(store).backups.max { left, right in
            (left.time(info: nil)?.timestamp.nanoseconds ?? .min, left.label)
                < (right.time(info: nil)?.timestamp.nanoseconds ?? .min, right.label)
        }
    }

    /// The first, the last and some between.
    private static func sample(_ objects: [StoredObject]) -> [StoredObject] {
        guard objects.count > mostObjects else { return objects }
        return (0..<mostObjects).map { objects[$0 * (objects.count - 1) / (mostObjects - 1)] }
    }
}

/// What a look at a store's posture is asked for.
public struct PostureOrder: Sendable {
    /// For how long backups are to be kept; nil where nobody says.
    public var keepDays: Int?
    /// Whether to send the requests that cannot succeed, to learn what these credentials may do.
    public var isProbing: Bool

    /// Without a time to keep backups for and without probing, unless they are given.
    public init(keepDays: Int? = nil, isProbing: Bool = false) {
        (self.keepDays, self.isProbing) = (keepDays, isProbing)
    }
}

extension FolderRights {
    fileprivate init(at path: String) throws {
        let status: FileStatus
        do throws(SystemError) { status = try FileStatus(following: path) } catch {
            throw OperationError.usage(
                "'\(ObjectName(path))' cannot be looked at: \(error.text)", hint: "may this user see it?")
        }
        self.init(
            path: ObjectName(path).description, owner: status.owner, mode: status.mode,
            isWritableByUs: Self.isWritable(path))
    }

    private static func isWritable(_ path: String) -> Told<Bool> {
        if faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 { return .said(true) }
        switch errno {
        case EACCES, EROFS, EPERM: return .said(false)
        case let code: return .unknown(String(cString: strerror(code)))
        }
    }
}
