// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Which segments are got before they are asked for: a value that acts on nothing.
///
/// After a segment was handed over, the next ones of its timeline are wanted, and those before it no more.
struct PrefetchPlan {
    enum State: Equatable {
        case waiting
        /// A thread is at it; it may have become unwanted meanwhile.
        case fetching(isWanted: Bool)
        case ready
        /// Not there, or not to be had: to be tried again when it is asked for, and nothing after it before.
        case failed
    }

    /// How somebody who needs a segment comes by it.
    enum Claim: Equatable {
        case ready
        /// A thread is at it.
        case wait
        /// It is up to the caller now, who reports by `finished`.
        case fetch
    }

    /// How many segments ahead, and how many bytes.
    let segments: Int
    let bytes: UInt64
    private(set) var states: [WALFileName: State] = [:]

    init(segments: Int, bytes: UInt64) { (self.segments, self.bytes) = (segments, bytes) }

    mutating func claim(_ name: WALFileName) -> Claim {
        switch states[name] {
        case .ready: return .ready
        case .fetching: return .wait
        case .waiting, .failed, nil:
            states[name] = .fetching(isWanted: true)
            return .fetch
        }
    }

    /// The next segment for a thread that has nothing to do.
    mutating func next() -> WALFileName? {
        guard let name = states.filter({ $0.value == .waiting }).keys.min() else { return nil }
        states[name] = .fetching(isWanted: true)
        return name
    }

    func isWanted(_ name: WALFileName) -> Bool { states[name] == .fetching(isWanted: true) }

    /// Takes note of how a thread fared; false when nobody wants the segment any more.
    mutating func finished(_ name: WALFileName, isReady: Bool) -> Bool {
        let isWanted = isWanted(name)
        states[name] = isWanted ? (isReady ? .ready : .failed) : nil
        // Beyond what is not there is nothing that recovery could use.
        if isWanted, !isReady { states = states.filter { $0.value != .waiting } }
        return isWanted
    }

    /// A segment was handed over: says which others are to be removed.
    mutating func served(_ name: WALFileName, segmentSize: UInt32) -> [WALFileName] {
        let wanted = following(name, segmentSize)
        var removed: [WALFileName] = []
        for (other, state) in states where !wanted.contains(other) {
            if case .fetching = state {
                states[other] = .fetching(isWanted: false)
            } else {
                states[other] = nil
                if state == .ready { removed.append(other) }
            }
        }
        for next in wanted {
            if states[next] == .failed { break }
            if states[next] == nil { states[next] = .waiting }
        }
        return removed
    }

    private func following(_ name: WALFileName, _ size: UInt32) -> [WALFileName] {
        guard let number = name.number(size: size) else { return [] }
        let count = max(1, min(UInt64(segments), bytes / UInt64(size)))
        // The very last positions of WAL have nothing after them.
        guard segments > 0, number < UInt64.max / UInt64(size) - count else { return [] }
        return (1...count).map { WALFileName(timeline: name.timeline, number: number + $0, size: size) }
    }
}
