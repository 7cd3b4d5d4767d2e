// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestKit
import Testing

@testable import Threads

@Suite struct `Threads of our own` {
    @Test(arguments: [(0, 1), (1, 1), (7, 7)])
    func `do their share once each, the caller among them`(_ asked: Int, _ threads: Int) async throws {
        let done = Monitor([Int: pthread_t]())
        let caller = try await onPlainThread {
            WorkerThreads.run(asked) { index in done.withState { $0[index] = pthread_self() } }
            return pthread_self()
        }
        let shares = done.withState { $0 }
        #expect(shares.keys.sorted() == Array(0..<threads))
        #expect(shares[0] == caller)
        #expect(Set(shares.values).count == threads)
    }

    @Test func `have all ended when the call returns`() async throws {
        let ended = Monitor(0)
        let atReturn = try await onPlainThread {
            WorkerThreads.run(4) { index in
                usleep(useconds_t(index) * 100_000)
                ended.withState { $0 += 1 }
            }
            return ended.withState { $0 }
        }
        #expect(atReturn == 4)
    }

    @Test func `run beside the one that started them`() throws {
        let met = Monitor(0)
        let thread = try #require(
            WorkerThread.start {
                met.withState { $0 = 1 }
                met.wait { $0 == 2 ? () : nil }
                met.withState { $0 = 3 }
            })
        met.wait { $0 == 1 ? () : nil }
        met.withState { $0 = 2 }
        thread.join()
        #expect(met.withState { $0 } == 3)
        // To join once more is nothing.
        thread.join()
    }
}
