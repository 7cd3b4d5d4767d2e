// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Files
import Glibc

extension ProcessIdentity {
    /// This process.
    public static var current: ProcessIdentity {
        ProcessIdentity(
            host: hostName(), bootID: firstLine(of: "/proc/sys/kernel/random/boot_id") ?? "", pid: getpid(),
            startTime: (try? startTime(of: getpid())) ?? 0)
    }

    /// Whether this process still runs, as far as `observer` can tell; nil when it runs on another host.
    public func isAlive(seenBy observer: ProcessIdentity) -> Bool? {
        guard host == observer.host else { return nil }
        guard bootID == observer.bootID else { return false }
        if self == observer { return true }
        // Who cannot look must not take what a living process holds.
        do { return try Self.startTime(of: pid) == startTime } catch { return true }
    }

    /// Nil when there is no such process, or it has ended and only waits for its parent to look.
    static func startTime(of pid: Int32) throws(SystemError) -> Int64? {
        try ProcessStatus.look(at: pid).map { Int64(clamping: $0.startTime) }
    }

    private static func hostName() -> String {
        var name = [UInt8](repeating: 0, count: 256)
        let result = name.withUnsafeMutableBytes { bytes -> CInt in
            guard let start = bytes.baseAddress else { return -1 }
            return gethostname(start, bytes.count - 1)
        }
        return result == 0 ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : "localhost"
    }

    /// The first line of a small file of /proc.
    private static func firstLine(of path: String) -> String? {
        guard let bytes = try? FileDescriptor(file: path).content(limit: 4096) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}

/// Who holds the lock of a backup.
public struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    /// By which it can be seen whether the holder still lives.
    public var process: ProcessIdentity
    /// The run that verifies the backup.
    public var run: RunID
    /// When it took the lock.
    public var since: Timestamp

    /// `since` is when the lock was taken, by the clock of the holder's machine.
    public init(process: ProcessIdentity, run: RunID, since: Timestamp) {
        (self.process, self.run, self.since) = (process, run, since)
    }

    /// For messages: the number of the process, its host, and since when.
    public var description: String { "process \(process.pid) on '\(process.host)' since \(since)" }

    /// How long a lock of another host counts, since nobody here can see whether its holder lives.
    static let foreignHostSeconds: Int64 = 24 * 3600

    /// Why the lock may be taken from its holder, or nil when it may not.
    func reasonToTakeOver(seenBy observer: ProcessIdentity, at now: Timestamp) -> String? {
        switch process.isAlive(seenBy: observer) {
        case true?: nil
        case false?: "\(self) is gone"
        case nil: now.seconds(since: since) > Self.foreignHostSeconds ? "\(self) held it for over 24 h" : nil
        }
    }
}
