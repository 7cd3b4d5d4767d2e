// SPDX-License-Identifier: Apache-2.0
import CCurl
import Diagnostics

/// What libcurl's callbacks know of the transfer they belong to.
///
/// Receivers and source return false to end the transfer. Nothing here allocates while body bytes arrive.
final class Transfer {
    private let onHead: (HTTPHead) -> Bool
    private let onBody: (RawSpan) -> Bool
    private let source: (inout OutputRawSpan) -> Bool
    private let cancellation: Cancellation
    private var reader: HeadReader

    private(set) var head: HTTPHead?
    private(set) var received: UInt64 = 0
    private(set) var fault: HeadFault?

    init(
        _ options: HTTPClient.Options, onHead: @escaping (HTTPHead) -> Bool,
        onBody: @escaping (RawSpan) -> Bool, source: @escaping (inout OutputRawSpan) -> Bool
    ) {
        (self.onHead, self.onBody, self.source) = (onHead, onBody, source)
        cancellation = options.cancellation
        reader = HeadReader(maximumBytes: options.maximumHeaderBytes)
    }

    var isInterrupted: Bool { cancellation.isRequested }

    var isChunked: Bool { head?.value("transfer-encoding") != nil }

    func takeHeader(_ line: RawSpan) -> Bool {
        do throws(HeadFault) {
            guard let head = try reader.receive(line) else { return true }
            self.head = head
            return onHead(head)
        } catch {
            fault = error
            return false
        }
    }

    func takeBody(_ bytes: RawSpan) -> Bool {
        guard !cancellation.isRequested else { return false }
        received += UInt64(bytes.byteCount)
        return onBody(bytes)
    }

    /// Fills the buffer with what is to be sent next, and returns how much that is: nothing at the end, nil to
    /// end the transfer.
    func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard !cancellation.isRequested else { return nil }
        var room = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        guard source(&room) else { return nil }
        return unsafe room.finalize(for: buffer)
    }
}

extension Transfer {
    /// libcurl takes any other count than it gave as the wish to stop.
    static let bodyCallback: curl_write_callback = { start, size, count, context in
        unsafe called(start, count, context) { transfer, bytes in transfer.takeBody(bytes) }
    }

    static let sourceCallback: curl_read_callback = { start, size, count, context in
        guard let context = unsafe context, let start = unsafe start else { return pgb_curl_stop_sending }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let room = unsafe UnsafeMutableRawBufferPointer(start: start, count: size * count)
        return unsafe transfer.give(room) ?? pgb_curl_stop_sending
    }

    static let headerCallback: curl_write_callback = { start, size, count, context in
        unsafe called(start, size * count, context) { transfer, line in transfer.takeHeader(line) }
    }

    /// Called about once a second also when no byte arrives.
    static let progressCallback: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context = unsafe context else { return 1 }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().isInterrupted ? 1 : 0
    }

    private static func called(
        _ start: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ take: (Transfer, RawSpan) -> Bool
    ) -> Int {
        guard let context = unsafe context, count > 0 else { return 0 }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return unsafe take(transfer, bytes.bytes) ? count : 0
    }
}
