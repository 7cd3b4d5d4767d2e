// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Sends HTTP/1.1 requests and hands the bytes of the answers on as they arrive.
///
/// Blocks; made for plain threads, any number of them at once. Connections are kept and used again by
/// whichever thread asks next. Follows no redirect, decodes no content encoding, knows no cookies, reads
/// neither ~/.netrc nor the environment, and always verifies a server's certificate.
public final class HTTPClient: Sendable {
    private let options: Options
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
        var failure: E?
        let outcome = withoutActuallyEscaping(onHead) { onHead in
            withoutActuallyEscaping(onBody) { onBody in
                let transfer = Transfer(
                    options,
                    onHead: { head in
                        do throws(E) { try onHead(head) } catch { failure = error }
                        return failure == nil
                    },
                    onBody: { bytes in
                        do throws(E) { try onBody(bytes) } catch { failure = error }
                        return failure == nil
                    })
                return run(request, transfer, onFreshConnection: onFreshConnection)
            }
        }
        if let failure { throw .receiver(failure) }
        switch outcome {
        case .success(let head): return head
        case .failure(let error): throw .transport(error)
        }
    }

    private func run(
        _ request: HTTPRequest, _ transfer: Transfer, onFreshConnection: Bool
    ) -> Result<HTTPHead, HTTPError> {
        if let flaw = request.flaw {
            return .failure(HTTPError(.configuration, host: request.authority, flaw))
        }
        if transfer.isInterrupted { return .failure(HTTPError(.interrupted, host: "", "interrupted")) }
        guard let handle = idle.withLock({ $0.popLast() }) ?? CurlHandle() else {
            return .failure(HTTPError(.other, host: request.authority, "libcurl cannot be started"))
        }
        let settings = handle.prepare(request, options, onFreshConnection: onFreshConnection)
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
