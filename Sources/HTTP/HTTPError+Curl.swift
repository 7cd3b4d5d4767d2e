// SPDX-License-Identifier: Apache-2.0
import CCurl

/// What libcurl says after a transfer that failed.
struct CurlFailure {
    var code: CURLcode
    /// The text of libcurl's error buffer, which can quote anything the server sent.
    var detail: String
    /// Whether the request was on its way when it failed, so that time ran out in the transfer.
    var wasConnected: Bool
    /// The `errno` that the operating system gave, as it does for a connection that was reset.
    var systemError: Int32?

    /// Whether one of our callbacks ended it.
    var wasStopped: Bool { code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_WRITE_ERROR }
}

extension HTTPError {
    init(_ failure: CurlFailure, of transfer: Transfer, host: String) {
        let general = unsafe String(cString: curl_easy_strerror(failure.code)).lowercasedFirst
        let detail = failure.detail.isEmpty ? general : failure.detail.printable.lowercasedFirst
        switch failure.code {
        case CURLE_ABORTED_BY_CALLBACK: self.init(.interrupted, host: "", "interrupted")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self.init(.resolve, host: host, detail)
        case CURLE_COULDNT_CONNECT: self.init(.connect, host: host, detail)
        case CURLE_OPERATION_TIMEDOUT where failure.wasConnected:
            self.init(.stalled, host: host, "the transfer stalled after \(transfer.received) bytes")
        case CURLE_OPERATION_TIMEDOUT: self.init(.connect, host: host, "connecting took too long")
        case CURLE_SSL_CONNECT_ERROR: self.init(.tls, host: host, detail, isTransient: true)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            self.init(.tls, host: host, detail)
        case CURLE_SSL_CACERT_BADFILE: self.init(.configuration, host: "", "the CA file cannot be read")
        case CURLE_URL_MALFORMAT: self.init(.configuration, host: host, "the URL is malformed")
        case CURLE_LOGIN_DENIED: self.init(.configuration, host: host, "the URL must not hold a user name")
        default: self.init(midway: failure, of: transfer, host: host, general)
        }
        systemError = failure.systemError
    }

    /// Failures inside an answer, where it counts how far it came.
    private init(midway failure: CurlFailure, of transfer: Transfer, host: String, _ general: String) {
        switch failure.code {
        // What a proxy says instead of making the connection.
        case CURLE_RECV_ERROR where failure.detail.hasPrefix("CONNECT tunnel failed"):
            self.init(
                .connect, host: host, "the proxy does not let us through: \(failure.detail.printable)",
                isTransient: failure.detail.contains("response 5"))
        case CURLE_RECV_ERROR where transfer.isChunked && failure.systemError == nil:
            self.init(.malformed, host: host, "the answer makes no sense: a bad chunk")
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_GOT_NOTHING:
            self.init(cutShortAfter: transfer, host: host)
        case CURLE_SEND_ERROR: self.init(.connect, host: host, general)
        // 7.88 says so of a single header line longer than 100 KiB.
        case CURLE_OUT_OF_MEMORY where transfer.head == nil:
            self.init(.headersTooLarge, host: host, "the answer's headers are too large")
        // The scheme was checked before: what is left is an answer that does not begin with "HTTP/".
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            self.init(.malformed, host: host, "the answer is not HTTP")
        default: self.init(.other, host: host, general)
        }
    }

    init(cutShortAfter transfer: Transfer, host: String) {
        let expected = transfer.head?.contentLength
        let of = expected.map { " of \($0)" } ?? ""
        self.init(
            .cutShort(received: transfer.received, expected: expected), host: host,
            transfer.head == nil
                ? "the connection ended before the answer"
                : "the answer ended after \(transfer.received)\(of) bytes")
    }

    init(_ fault: HeadFault, host: String) {
        switch fault {
        case .tooLarge: self.init(.headersTooLarge, host: host, "the answer's headers are too large")
        case .malformed(let what): self.init(.malformed, host: host, "the answer makes no sense: \(what)")
        }
    }
}

extension String {
    /// For texts that go after a colon; abbreviations (`SSL …`) stay as they are.
    fileprivate var lowercasedFirst: String {
        guard let first, dropFirst().first?.isUppercase != true else { return self }
        return first.lowercased() + dropFirst()
    }

    /// Without what could steer a terminal.
    fileprivate var printable: String {
        String(decoding: utf8.map { $0 < 0x20 || $0 >= 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}
