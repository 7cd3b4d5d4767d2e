// SPDX-License-Identifier: Apache-2.0
import ObjectStore
import Threads

@testable import StoreLending

/// A lender and a borrower that are connected within this process.
final class Lending: Sendable {
    let borrower: StoreBorrower
    let lender: StoreLender
    private let ends: (lender: PipeChannel, borrower: PipeChannel)
    private let threads = Monitor<[WorkerThread]>([])
    /// What the lender was told, and how its serving ended.
    let heard = Monitor<[[UInt8]]>([])
    let ending = Monitor<StoreLender.Ending?>(nil)

    /// A borrower that is not `reading` takes nothing that it is sent.
    init(reading: Bool = true, _ stores: any ObjectStore...) {
        ends = PipeChannel.pair()
        let lender = StoreLender(stores, over: ends.lender)
        let borrower = StoreBorrower(over: ends.borrower)
        (self.borrower, self.lender) = (borrower, lender)
        let (heard, ending) = (heard, ending)
        let serving = WorkerThread.start {
            let end = lender.serve { message in
                heard.withState { $0.append(message) }
                return message != Array("enough".utf8)
            }
            ending.withState { $0 = end }
        }
        keep(serving)
        if reading { keep(WorkerThread.start { borrower.listen { _ in } }) }
    }

    deinit { end() }

    func store(_ place: Int = 0) -> any ObjectStore { borrower.store(place, url: "memory:///lent") }

    /// As when either process ends.
    func end() {
        ends.lender.end()
        let threads = threads.withState { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.join() }
    }

    private func keep(_ thread: WorkerThread?) {
        threads.withState { if let thread { $0.append(thread) } }
    }

    /// Says something as no borrower would.
    func send(_ bytes: [UInt8]) throws { try ends.borrower.write(bytes.span.bytes) }
}
