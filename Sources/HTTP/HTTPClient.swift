// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Sends HTTP/1.1 requests and hands the bytes of the answers on as they arrive.
///
/// Blocks; made for plain threads, any number of them at once. Connections are kept and used again by
/// whichever thread asks next. Follows no redirect, decodes no content encoding, knows no cookies, reads
/// neither ~/.netrc nor the environment, and always verifies a server's certificate.
public final class HTTPClient: Sendable {
    let options: Options
    private let idle = Mutex<[CurlHandle]>([])

    /// Opens nothing yet.
    public init(_ options: Options) { self.options = options }

    /// Sends one request and returns the head of the answer when its last byte was handed over.
    ///
    /// `onHead` is called once, before the first byte of the body. `onBody` is called for each piece of the
    /// body, in order; its bytes are libcurl's own and valid during the call only. What either throws ends
    /// the transfer and comes back unchanged as `.receiver`. A body that ends early is `.cutShort`; one
    /// without a length ends with the connection, and the caller can see that by `contentLength`.
    ///
    /// `onFreshConnection` uses a connection that carries no other request, before or after.
    @discardableResult
    public func perform<E: Error>(
        _ request: HTTPRequest, onFreshConnection: Bool = false,
        onHead: (HTTPHead) throws(E) -> Void, onBody: (RawSpan) throws(E) -> Void
    ) throws(TransferError<E>) -> HTTPHead {
        let way = Way(onFreshConnection: onFreshConnection, isStreamed: false)
        return try perform(request, way, source: { _ throws(E) in }, onHead: onHead, onBody: onBody)
    }

    /// The same for a POST or PUT whose body comes from a source piece by piece, on a fresh connection.
    ///
    /// `source` is asked again and again and appends what comes next; when it appends nothing, the body is at
    /// its end. What it throws breaks the connection, so that the server does not take what it has for the whole,
    /// and comes back as `.receiver`. It is not asked any more once the server has refused, which is no error here.
    @discardableResult
    public func send<E: Error>(
        _ request: HTTPRequest, source: (inout OutputRawSpan) throws(E) -> Void,
        onHead: (HTTPHead) throws(E) -> Void, onBody: (RawSpan) throws(E) -> Void
    ) throws(TransferError<E>) -> HTTPHead {
        let way = Way(onFreshConnection: true, isStreamed: true)
        return try perform(request, way, source: source, onHead: onHead, onBody: onBody)
    }

    /// How a request goes out.
    private struct Way {
        var onFreshConnection: Bool
        var isStreamed: Bool
    }

    private func perform<E: Error>(
        _ request: HTTPRequest, _ way: Way, source: (inout OutputRawSpan) throws(E) -> Void,
        onHead: (HTTPHead) throws(E) -> Void, onBody: (RawSpan) throws(E) -> Void
    ) throws(TransferError<E>) -> HTTPHead {
        var failure: E?
        func isDone(_ step: () throws(E) -> Void) -> Bool {
            do throws(E) { try step() } catch { failure = error }
            return failure == nil
        }
        let outcome = withoutActuallyEscaping(source) { source in
            withoutActuallyEscaping(onHead) { onHead in
                withoutActuallyEscaping(onBody) { onBody in
                    let transfer = Transfer(
                        options, onHead: { head in isDone { () throws(E) in try onHead(head) } },
                        onBody: { bytes in isDone { () throws(E) in try onBody(bytes) } },
                        source: { room in isDone { () throws(E) in try source(&room) } })
                    return run(request, transfer, way)
                }
            }
        }
        if let failure { throw .receiver(failure) }
        switch outcome {
        case .success(let head): return head
        case .failure(let error): throw .transport(error)
        }
    }

    private func run(
        _ request: HTTPRequest, _ transfer: Transfer, _ way: Way
    ) -> Result<HTTPHead, HTTPError> {
        if let flaw = request.flaw {
            return .failure(HTTPError(.configuration, host: request.authority, flaw))
        }
        if transfer.isInterrupted { return .failure(HTTPError(.interrupted, host: "", "interrupted")) }
        guard let handle = idle.withLock({ $0.popLast() }) ?? CurlHandle() else {
            return .failure(HTTPError(.other, host: request.authority, "libcurl cannot be started"))
        }
        let settings = handle.prepare(
            request, options, onFreshConnection: way.onFreshConnection, isStreamed: way.isStreamed)
        let failure = handle.run(transfer, settings)
        if let error = error(failure, transfer, request) { return .failure(error) }
        // A handle that failed is not kept: nothing of that failure can reach the next request.
        idle.withLock { $0.append(handle) }
        guard let head = transfer.head else {
            return .failure(HTTPError(.malformed, host: request.authority, "no answer"))
        }
        return .success(head)
    }

    private func error(
        _ failure: CurlFailure?, _ transfer: Transfer, _ request: HTTPRequest
    ) -> HTTPError? {
        if let fault = transfer.fault { return HTTPError(fault, host: request.authority) }
        if let failure, transfer.isInterrupted, failure.wasStopped {
            return HTTPError(.interrupted, host: "", "interrupted")
        }
        if let failure { return HTTPError(failure, of: transfer, host: request.authority) }
        guard let head = transfer.head, request.method != .head, head.status != 204, head.status != 304,
            let expected = head.contentLength, expected != transfer.received
        else { return nil }
        return HTTPError(cutShortAfter: transfer, host: request.authority)
    }
}
