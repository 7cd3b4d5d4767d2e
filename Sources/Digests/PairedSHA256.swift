// SPDX-License-Identifier: Apache-2.0

/// Lets two threads, each with a message of its own, hash side by side on one core.
///
/// Each thread, a *lane*, offers its buffer with `update` and gets it back when its bytes are hashed.
/// Whoever comes second hashes both buffers as far as they have blocks in common, with the pair kernel
/// and without copying a byte; what one has more waits for the next buffer of the other. Nobody waits
/// longer than `patience`, nor for a lane that said `finish`: then the bytes are hashed alone.
/// Together two lanes need little more processor time than one alone.
///
/// **Why this is free of races.** All state is touched with the mutex held, except a lane's hash and
/// buffer. Those belong to the lane's thread until its slot is `open`, to whoever turns the slot from
/// `open` to `taken` from then on, and to the lane's thread again as soon as the slot is neither.
/// Each of these steps is made with the mutex held, which orders the accesses on both sides of it.
/// The pointers stay valid because the lane's thread cannot leave `update` before that.
///
/// **Why nobody waits for ever.** A slot is opened only while the other is not open, in the same
/// critical section, so two lanes never wait for each other. An open slot is waited for with a time
/// limit, a taken one only while the other thread hashes, which waits for nobody.
///
/// **Why no wake-up is lost.** A sleeper looks at its slot and at `isAway` with the mutex held
/// before it sleeps and after each waking, and whoever changes them for it does so with the mutex held
/// and wakes it afterwards.
@safe
public final class PairedSHA256: @unchecked Sendable {  // for the reasons given above
    /// Below this many bytes a meeting of two threads costs more than it saves.
    private static let worthMeeting = 16 << 10

    /// How long a lane waits for the other, in nanoseconds.
    private let patience: Int64

    private let lock = LaneLock()
    private var slots: [Slot] = [.empty, .empty]
    private var isAway = [false, false]
    private var meetingCount = 0

    /// A hash and the bytes it is to take, both lent by a thread that is waiting in `update`.
    @unsafe
    private struct Offer {
        var hash: UnsafeMutablePointer<SHA256>
        var bytes: UnsafeRawBufferPointer
        var deadline: Int64
    }

    /// Where a lane's offer is: a lane that is not waiting has none.
    @safe
    private enum Slot {
        case empty
        /// For the other lane to take, or for the owner to take back.
        case open(Offer)
        /// Being hashed by the other lane's thread.
        case taken
        /// Hashed to its end; the owner has not woken up yet.
        case done
    }

    /// Two lanes that wait for each other for at most a millisecond.
    public convenience init() {
        self.init(patience: 1_000_000)
    }

    init(patience: Int64) {
        self.patience = patience
    }

    /// Takes the next bytes of a lane's message; returns when they are hashed.
    ///
    /// The result is that of `hash.update(bytes)`. A lane that had said `finish` is back with this call.
    ///
    /// - Precondition: `lane` is 0 or 1, and one thread at a time speaks for a lane.
    public func update(lane: Int, _ hash: inout SHA256, _ bytes: RawSpan) {
        precondition(lane == 0 || lane == 1, "there are two lanes")
        guard SHA256.isInterleaved else { return hash.update(bytes) }
        unsafe withUnsafeMutablePointer(to: &hash) { hash in
            unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe share(Offer(hash: hash, bytes: bytes, deadline: 0), lane: lane)
                unsafe hash.pointee.update(rest)
            }
        }
    }

    /// Says that a lane has nothing to offer for now, so that the other need not wait for it.
    public func finish(lane: Int) {
        precondition(lane == 0 || lane == 1, "there are two lanes")
        lock.lock()
        isAway[lane] = true
        lock.unlock()
        lock.wake(lane: 1 - lane)
    }

    /// How often two buffers have been hashed together.
    var meetings: Int {
        lock.lock()
        defer { lock.unlock() }
        return meetingCount
    }

    /// Hashes what it can together with the other lane, and returns what is left to be hashed alone.
    private func share(_ offer: Offer, lane: Int) -> UnsafeRawBufferPointer {
        var mine = unsafe offer
        lock.lock()
        defer { lock.unlock() }
        guard case .empty = slots[lane] else { preconditionFailure("two threads speak for one lane") }
        isAway[lane] = false
        while unsafe mine.bytes.count >= Self.worthMeeting {
            guard let theirs = unsafe takeOffer(of: 1 - lane) else {
                return unsafe isAway[1 - lane] ? mine.bytes : waitForPartner(mine, lane: lane)
            }
            unsafe mine.bytes = hashBoth(mine, theirs, of: 1 - lane)
        }
        return unsafe mine.bytes
    }

    /// Takes what a waiting lane offers, with the mutex held.
    private func takeOffer(of lane: Int) -> Offer? {
        guard case .open(let offer) = slots[lane] else { return nil }
        slots[lane] = .taken
        meetingCount += 1
        return unsafe offer
    }

    /// Hashes two offers without the mutex, gives theirs back, and returns the rest of ours.
    private func hashBoth(_ mine: Offer, _ theirs: Offer, of lane: Int) -> UnsafeRawBufferPointer {
        lock.unlock()
        let rest = unsafe SHA256.updateCommon(
            &mine.hash.pointee, mine.bytes, &theirs.hash.pointee, theirs.bytes)
        lock.lock()
        if unsafe rest.b.isEmpty {
            slots[lane] = .done
        } else {
            unsafe slots[lane] = .open(
                Offer(hash: theirs.hash, bytes: rest.b, deadline: lock.now + patience))
        }
        // Also when the slot is open again: its owner may be asleep without a time limit.
        lock.wake(lane: lane)
        return unsafe rest.a
    }

    /// Opens our slot until the other lane has hashed everything, goes away or does not come.
    ///
    /// Returns what is left. To be called with the mutex held and the other slot not open.
    private func waitForPartner(_ offer: Offer, lane: Int) -> UnsafeRawBufferPointer {
        var offer = unsafe offer
        unsafe offer.deadline = lock.now + patience
        unsafe slots[lane] = .open(offer)
        defer { slots[lane] = .empty }
        while true {
            switch slots[lane] {
            case .open(let current):
                if unsafe isAway[1 - lane] || lock.now >= current.deadline { return unsafe current.bytes }
                unsafe lock.sleep(lane: lane, until: current.deadline)
            case .taken:
                lock.sleep(lane: lane)
            case .empty, .done:
                return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
            }
        }
    }
}
