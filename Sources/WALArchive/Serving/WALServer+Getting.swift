// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics
import Files
import Threads

/// Getting files from the archive, when they are asked for and ahead of that.
extension WALServer {
    /// A thread that gets what the plan wants, until the server stops.
    func getAhead() {
        while let name = nextWanted() {
            _ = get(.segment(name))
        }
    }

    /// Waits for the plan to want something; nil when the server stops.
    private func nextWanted() -> WALFileName? {
        state.wait { state -> WALFileName?? in
            if state.isStopping { return .some(nil) }
            return state.plan.next().map { .some($0) }
        }
    }

    /// Puts a file into the directory beside the socket; the plan is told of a segment.
    private func get(_ file: ArchivedWALFile) -> Result<WALDelivery, WALArchiveError> {
        let result = Result { () throws(WALArchiveError) in
            try archive.fetch(file, to: path(of: file)) {
                state.withState { state in
                    !state.isStopping && (file.segment.map(state.plan.isWanted) ?? true)
                }
            }
        }
        // Before it is handed over what lies in it must be known.
        note(result)
        if let name = file.segment {
            let isReady = if case .success = result { true } else { false }
            let isWanted = state.withState { state in
                let isWanted = state.plan.finished(name, isReady: isReady)
                if !isWanted { state.events[name] = nil }
                return isWanted
            }
            if !isWanted { drop(file) }
        }
        return result
    }

    private func note(_ result: Result<WALDelivery, WALArchiveError>) {
        guard case .success(let delivery) = result else { return }
        state.withState { state in
            if let name = delivery.file.segment { state.events[name] = delivery.facts?.events }
            if let trouble = delivery.trouble { state.report.note(trouble) }
            if !delivery.isBehindGoal, let end = delivery.endsAt {
                state.report.note("WAL ends in '\(delivery.object)', at \(end)")
            }
        }
    }

    func path(of file: ArchivedWALFile) -> String { "\(spool)/\(file)" }

    func drop(_ file: ArchivedWALFile) { try? spoolFolder.remove("\(file)".utf8) }

    /// The file, in the directory beside the socket.
    func obtain(_ file: ArchivedWALFile) -> Result<Void, WALArchiveError> {
        guard let name = file.segment else { return get(file).map { _ in } }
        let claim = state.wait { state -> PrefetchPlan.Claim? in
            let claim = state.plan.claim(name)
            // Another thread is at it: looked at again when it is done.
            return claim == .wait && !state.isStopping ? nil : claim
        }
        switch claim {
        case .ready: return .success(())
        case .wait: return .failure(.interrupted(archive.cancellation.exitStatus ?? .interrupted))
        case .fetch: return get(file).map { _ in }
        }
    }
}
