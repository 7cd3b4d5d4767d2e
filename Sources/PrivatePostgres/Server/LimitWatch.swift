// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc
import Threads

/// Watches the limits of a server from a thread of its own, and ends it when it comes to one: whoever asks it then gets no answer.
final class LimitWatch {
    private struct Place {
        var path: String
        var reserve: UInt64
    }

    private struct State {
        var isOver = false
        var end: @Sendable () -> Void = {}
        var reached: ReachedLimit?
    }

    private let state: Monitor<State>
    private let thread: WorkerThread?

    /// Watches the file systems of `folders` until `end`.
    init(_ limits: ServerLimits, folders: [String]) {
        let places = folders.map { path in
            let room = FileSystemRoom(path)
            return Place(
                path: path,
                reserve: limits.reserve
                    ?? room.map { ServerLimits.usualReserve(size: $0.size, free: $0.free) } ?? 0)
        }
        let state = Monitor(State())
        let deadline = ContinuousClock.now + limits.time
        self.state = state
        thread = WorkerThread.start {
            while !state.withState({ $0.isOver }) {
                if let reached = Self.reached(places, limits, deadline) { Self.stop(state, reached) }
                usleep(100_000)
            }
        }
    }

    /// The limit that the server came to; nil while there is none.
    var reached: ReachedLimit? { state.withState { $0.reached } }

    /// Says how the server is ended, which is thrown away.
    func watch(_ end: @escaping @Sendable () -> Void) { state.withState { $0.end = end } }

    func end() {
        state.withState { $0.isOver = true }
        thread?.join()
    }

    private static func reached(
        _ places: [Place], _ limits: ServerLimits, _ deadline: ContinuousClock.Instant
    ) -> ReachedLimit? {
        if ContinuousClock.now >= deadline { return .time(limits.time) }
        for place in places {
            guard let room = FileSystemRoom(place.path), room.free < place.reserve else { continue }
            return .room(
                path: ObjectName(place.path).description, left: room.free, reserve: place.reserve)
        }
        return nil
    }

    private static func stop(_ state: Monitor<State>, _ reached: ReachedLimit) {
        let end = state.withState { state in
            if state.reached == nil { state.reached = reached }
            return state.end
        }
        end()
    }
}

/// What a file system has for those who are not root.
private struct FileSystemRoom {
    var size: UInt64
    var free: UInt64

    init?(_ path: String) {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let unit = UInt64(status.f_frsize)
        (size, free) = (UInt64(status.f_blocks) &* unit, UInt64(status.f_bavail) &* unit)
    }
}
