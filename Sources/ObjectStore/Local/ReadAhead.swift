// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

/// Reads a file on a thread of its own, one buffer ahead of whoever takes the bytes.
///
/// Two buffers go round: while one is looked at, the other is filled. It pays where a core is idle, for
/// cold files and warm ones.
///
/// `@unchecked Sendable`: a buffer and its result belong to the reader between `free` and `filled`, and to
/// the taker between `filled` and `free`; the semaphores order the one before the other.
@safe
final class ReadAhead: @unchecked Sendable {
    private let file: FileDescriptor
    private let range: Range<UInt64>
    private let even: PageBuffer
    private let odd: PageBuffer
    private var evenResult: Result<Int, SystemError> = .success(0)
    private var oddResult: Result<Int, SystemError> = .success(0)
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic<Bool>(false)

    init(_ file: consuming FileDescriptor, _ range: Range<UInt64>, bufferSize: Int) {
        self.file = file
        self.range = range
        even = PageBuffer(size: bufferSize)
        odd = PageBuffer(size: bufferSize)
    }

    /// Shows the bytes in order, and returns when the thread has ended.
    ///
    /// `failed` makes an error of what the system answered; a count of 0 is the file's early end.
    func show(
        to body: (RawSpan) throws(ObjectStoreError) -> Void,
        failed: (Result<Int, SystemError>, UInt64) -> ObjectStoreError
    ) throws(ObjectStoreError) {
        DispatchQueue(label: "read-ahead").async { [self] in fill() }
        free.signal()
        free.signal()
        defer { stop() }
        var (offset, turn) = (range.lowerBound, 0)
        while offset < range.upperBound {
            filled.wait()
            let result = turn == 0 ? evenResult : oddResult
            guard case .success(let count) = result, count > 0 else { throw failed(result, offset) }
            if turn == 0 { try even.show(count, to: body) } else { try odd.show(count, to: body) }
            free.signal()
            offset += UInt64(count)
            turn = 1 - turn
        }
    }

    private func stop() {
        isStopped.store(true, ordering: .relaxed)
        free.signal()
        ended.wait()
    }

    private func fill() {
        defer { ended.signal() }
        var (offset, turn) = (range.lowerBound, 0)
        while offset < range.upperBound {
            free.wait()
            if isStopped.load(ordering: .relaxed) { return }
            let result = read(at: offset, turn)
            if turn == 0 { evenResult = result } else { oddResult = result }
            filled.signal()
            guard case .success(let count) = result, count > 0 else { return }
            offset += UInt64(count)
            turn = 1 - turn
        }
    }

    private func read(at offset: UInt64, _ turn: Int) -> Result<Int, SystemError> {
        let limit = Int(clamping: range.upperBound - offset)
        do throws(SystemError) {
            return .success(
                turn == 0
                    ? try file.read(at: offset, limit: limit, into: even)
                    : try file.read(at: offset, limit: limit, into: odd))
        } catch {
            return .failure(error)
        }
    }
}
