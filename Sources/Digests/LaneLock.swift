// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Owns a pthread mutex and a condition for each of two lanes, and nothing else.
///
/// Times are nanoseconds of the monotonic clock, so a change of the date wakes nobody.
@safe
struct LaneLock: ~Copyable, @unchecked Sendable {  // pthread objects are made for use by many threads
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let conditions = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 2)

    init() {
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(conditions, &attributes)
        unsafe pthread_cond_init(conditions + 1, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(conditions)
        unsafe pthread_cond_destroy(conditions + 1)
        unsafe pthread_mutex_destroy(mutex)
        unsafe conditions.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() { unsafe pthread_mutex_lock(mutex) }

    func unlock() { unsafe pthread_mutex_unlock(mutex) }

    /// Sleeps, with the mutex given up, until `wake` or for no reason.
    func sleep(lane: Int) { unsafe pthread_cond_wait(conditions + lane, mutex) }

    /// Sleeps as above, but not beyond `deadline`.
    func sleep(lane: Int, until deadline: Int64) {
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        _ = unsafe pthread_cond_timedwait(conditions + lane, mutex, &time)
    }

    func wake(lane: Int) { unsafe pthread_cond_signal(conditions + lane) }

    var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
