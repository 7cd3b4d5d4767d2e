// SPDX-License-Identifier: Apache-2.0

/// What a server may take of its machine until it is ended.
public struct ServerLimits: Sendable, Equatable {
    /// From its start on.
    public var time: Duration
    /// What has to stay free, in bytes, on every file system that it writes to; nil for `usualReserve`.
    public var reserve: UInt64?

    /// `time` is counted from the server's start; without `reserve` the usual one is kept free.
    public init(time: Duration, reserve: UInt64? = nil) { (self.time, self.reserve) = (time, reserve) }

    /// For a file system of `size` bytes of which `free` are free when the server starts: 1 GiB or a fiftieth of it, and on a small
    /// one half of what is there.
    static func usualReserve(size: UInt64, free: UInt64) -> UInt64 { min(max(1 << 30, size / 50), free / 2) }
}

/// A limit that a server came to.
enum ReachedLimit: Sendable, Equatable {
    /// The file system of `path` has fewer bytes left than are to stay.
    case room(path: String, left: UInt64, reserve: UInt64)
    case time(Duration)

    var error: PrivatePostgresError {
        switch self {
        case .room(let path, let left, let reserve):
            .noSpace(
                path, needed: "\(reserve >> 20) MiB are to stay free while the server runs, as is",
                available: "\(left >> 20) MiB")
        case .time(let limit):
            .failed(
                "bringing the server up and asking it",
                reason: "it took longer than \(limit.components.seconds) seconds",
                hint: "PostgreSQL may never become ready; where it only is slow, allow it more: --time-limit."
            )
        }
    }
}
