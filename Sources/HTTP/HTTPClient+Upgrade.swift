// SPDX-License-Identifier: Apache-2.0

extension HTTPClient {
    /// Sends a request without a body that asks for the connection itself, and returns it with the head of the answer.
    ///
    /// Status 101, and 200 from older servers, say that it is ours now. After any other what is read are the server's
    /// reasons, as its `Content-Length` says.
    ///
    /// libcurl only opens it: what then goes over it is ours, the request included.
    public func upgrade(_ request: HTTPRequest) throws(HTTPError) -> (HTTPHead, UpgradedConnection) {
        if let flaw = request.flaw { throw HTTPError(.configuration, host: request.authority, flaw) }
        guard let handle = CurlHandle() else {
            throw HTTPError(.other, host: request.authority, "libcurl cannot be started")
        }
        let transfer = Transfer(options, onHead: { _ in true }, onBody: { _ in true }, source: { _ in true })
        if let failure = handle.connect(request, options) {
            throw HTTPError(failure, of: transfer, host: request.authority)
        }
        guard let socket = handle.socket else {
            throw HTTPError(.other, host: request.authority, "the connection was lost")
        }
        let connection = UpgradedConnection(
            handle, socket: socket, host: request.authority, cancellation: options.cancellation)
        try connection.write(unsafe request.head(userAgent: options.userAgent).span.bytes)
        return (try head(of: connection, request), connection)
    }

    private func head(
        of connection: UpgradedConnection, _ request: HTTPRequest
    ) throws(HTTPError) -> HTTPHead {
        var reader = HeadReader(maximumBytes: options.maximumHeaderBytes, isUpgrade: true)
        var rest: [UInt8] = []
        while true {
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(rest[...end])
                rest.removeFirst(line.count)
                guard let head = try Self.take(line, &reader, request) else { continue }
                connection.putBack(rest)
                return head
            }
            guard rest.count <= options.maximumHeaderBytes else {
                throw HTTPError(HeadFault.tooLarge, host: request.authority)
            }
            let bytes = try connection.read(
                upTo: 4096, patience: request.stallSeconds ?? options.stallSeconds)
            guard !bytes.isEmpty else {
                throw HTTPError(
                    .cutShort(received: 0, expected: nil), host: request.authority,
                    "the connection ended before the answer")
            }
            rest += bytes
        }
    }

    private static func take(
        _ line: [UInt8], _ reader: inout HeadReader, _ request: HTTPRequest
    ) throws(HTTPError) -> HTTPHead? {
        do throws(HeadFault) { return try unsafe reader.receive(line.span.bytes) } catch {
            throw HTTPError(error, host: request.authority)
        }
    }
}

extension HTTPRequest {
    /// As it goes over the connection, up to the empty line.
    fileprivate func head(userAgent: String) -> [UInt8] {
        let scheme = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let path = url[scheme...].firstIndex(of: "/").map { url[$0...] } ?? "/"
        var lines = ["\(method.rawValue) \(path) HTTP/1.1", "Host: \(authority)"]
        if !hasHeader("user-agent") { lines.append("User-Agent: \(userAgent)") }
        lines += headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
