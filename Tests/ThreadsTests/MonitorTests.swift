// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

@testable import Threads

@Suite struct `A state that threads share` {
    @Test func `is changed by one of them at a time`() async throws {
        let monitor = Monitor(0)
        try await onPlainThread {
            WorkerThreads.run(8) { _ in
                for _ in 0..<10_000 { monitor.withState { $0 += 1 } }
            }
        }
        #expect(monitor.withState { $0 } == 80_000)
    }

    @Test func `wakes everybody who waits for it`() async throws {
        let monitor = Monitor((waiting: 0, isOpen: false, passed: 0))
        try await onPlainThread {
            WorkerThreads.run(5) { index in
                if index == 0 {
                    monitor.wait { $0.waiting == 4 ? () : nil }
                    monitor.withState { $0.isOpen = true }
                } else {
                    monitor.withState { $0.waiting += 1 }
                    monitor.wait { $0.isOpen ? () : nil }
                    monitor.withState { $0.passed += 1 }
                }
            }
        }
        #expect(monitor.withState { $0.passed } == 4)
    }

    @Test(.timeLimit(.minutes(1))) func `wakes the others when one who waited changes it`() async throws {
        // On one thread, all of it: each way back to a task waits for its turn among all other tests.
        try await onPlainThread {
            for _ in 0..<200 {
                let monitor = Monitor((isOpen: false, taken: false))
                WorkerThreads.run(3) { index in
                    switch index {
                    case 0:
                        monitor.wait { state -> Void? in
                            guard state.isOpen else { return nil }
                            state.taken = true
                            return ()
                        }
                    case 1: monitor.wait { $0.taken ? () : nil }
                    default: monitor.withState { $0.isOpen = true }
                    }
                }
            }
        }
    }

    @Test func `is handed from one to the other in turns`() async throws {
        let monitor = Monitor([Int]())
        try await onPlainThread {
            WorkerThreads.run(2) { index in
                for turn in 0..<200 {
                    monitor.wait { $0.count == turn * 2 + index ? () : nil }
                    monitor.withState { $0.append(index) }
                }
            }
        }
        #expect(monitor.withState { $0 } == (0..<400).map { $0 % 2 })
    }

    @Test func `is not waited for when it is as wanted already`() {
        let monitor = Monitor(["first", "second"])
        #expect(monitor.wait { $0.isEmpty ? nil : $0.removeFirst() } == "first")
        #expect(monitor.withState { $0 } == ["second"])
    }
}
