// SPDX-License-Identifier: Apache-2.0
import CCurl
import Diagnostics

/// Sets the options of one transfer, and owns the header lines that libcurl does not copy.
///
/// The first option that is refused is kept in `failure`, and ends the transfer before it starts.
@safe
struct CurlSettings: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private var lines: UnsafeMutablePointer<curl_slist>?
    private(set) var failure = CURLE_OK

    init(_ handle: UnsafeMutableRawPointer) { unsafe self.handle = handle }

    deinit { unsafe curl_slist_free_all(lines) }

    /// What holds for every request of this program.
    mutating func setPolicy(_ options: HTTPClient.Options) {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        // A proxy's own answer is none of the server's, and our headers are none of the proxy's business.
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        setSafety(caFile: options.caFile, proxy: options.proxy)
    }

    /// What holds whatever is spoken: nothing comes from files or the environment, and certificates are verified.
    mutating func setSafety(caFile: String?, proxy: Secret? = nil) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // An empty name also keeps libcurl from looking into the environment.
        set(CURLOPT_PROXY, proxy?.revealed ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // All of TLS 1.3's usual suites, the one that costs least on a processor with AES first.
        set(
            CURLOPT_TLS13_CIPHERS,
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256")
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        guard let file = caFile else { return }
        set(CURLOPT_CAINFO, file)
        // Who names a CA trusts that one only, not the system's directory besides.
        set(CURLOPT_CAPATH, nil)
    }

    mutating func setConnection(_ options: HTTPClient.Options, fresh: Bool) {
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_BUFFERSIZE, min(max(options.receiveBuffer, 1024), pgb_curl_max_read_size))
        set(CURLOPT_CONNECTTIMEOUT, options.connectTimeout)
        set(CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
        set(CURLOPT_FORBID_REUSE, fresh ? 1 : 0)
        if let path = options.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
    }

    /// For libcurl, no time at all is any time.
    mutating func setPatience(_ seconds: Int, _ options: HTTPClient.Options) {
        set(CURLOPT_LOW_SPEED_LIMIT, options.minimumBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, seconds)
    }

    mutating func setRequest(_ request: HTTPRequest, userAgent: String, isStreamed: Bool) {
        set(CURLOPT_URL, request.url)
        switch request.method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .delete: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .post, .put:
            if isStreamed { streamBody() } else { setBody(request.body) }
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        setHeaders(request, userAgent: userAgent)
    }

    /// Of unknown length, so in chunks; libcurl stops sending when the server refuses meanwhile.
    private mutating func streamBody() {
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_UPLOAD_BUFFERSIZE, pgb_curl_upload_size)
    }

    private mutating func setBody(_ body: [UInt8]) {
        set(CURLOPT_POST, 1)
        note(unsafe pgb_curl_setopt_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // Without a byte to point at, libcurl would ask a read callback for them.
        var bytes = body.isEmpty ? [0] : body
        note(
            unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe pgb_curl_setopt_pointer(handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
            })
    }

    private mutating func setHeaders(_ request: HTTPRequest, userAgent: String) {
        for (name, value) in request.headers {
            // libcurl drops "name:" and sends "name;" as a header without a value.
            append(value.allSatisfy { $0 == " " || $0 == "\t" } ? "\(name);" : "\(name): \(value)")
        }
        if !request.hasHeader("accept-encoding") { append("Accept-Encoding: identity") }
        if !request.hasHeader("user-agent") { append("User-Agent: \(userAgent)") }
        for unwanted in ["Expect", "Content-Type", "Accept"] where !request.hasHeader(unwanted.lowercased()) {
            append("\(unwanted):")
        }
        note(unsafe pgb_curl_setopt_headers(handle, lines))
    }

    /// The mail goes to each of these addresses.
    mutating func setRecipients(_ addresses: [String]) {
        for address in addresses { append(address) }
        note(unsafe pgb_curl_setopt_recipients(handle, lines))
    }

    private mutating func append(_ line: String) {
        guard let longer = unsafe curl_slist_append(lines, line) else { return note(CURLE_FAILED_INIT) }
        unsafe lines = longer
    }

    /// Runs the transfer that was described.
    mutating func perform(_ transfer: Transfer) -> CURLcode {
        setHeaderCallback(transfer)
        return performMail(transfer)
    }

    /// The same without a head in the answer, and without an answer: a mail.
    mutating func performMail(_ transfer: Transfer) -> CURLcode {
        setCallbacks(transfer)
        guard failure == CURLE_OK else { return failure }
        // libcurl has a plain pointer to the transfer.
        return withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
    }

    /// Only the connection is made.
    mutating func connectOnly(to url: String) {
        set(CURLOPT_URL, url)
        set(CURLOPT_CONNECT_ONLY, 1)
    }

    /// The same without anybody to hand an answer to.
    mutating func performAlone() -> CURLcode {
        failure == CURLE_OK ? unsafe curl_easy_perform(handle) : failure
    }

    private mutating func setCallbacks(_ transfer: Transfer) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        note(unsafe pgb_curl_setopt_write(handle, CURLOPT_WRITEFUNCTION, Transfer.bodyCallback))
        note(unsafe pgb_curl_setopt_read(handle, Transfer.sourceCallback))
        note(unsafe pgb_curl_setopt_progress(handle, Transfer.progressCallback))
        for option in [CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_XFERINFODATA] {
            unsafe set(option, pointer: context)
        }
        set(CURLOPT_NOPROGRESS, 0)
    }

    /// Headers are for HTTP: what a mail server says would be none.
    private mutating func setHeaderCallback(_ transfer: Transfer) {
        note(unsafe pgb_curl_setopt_write(handle, CURLOPT_HEADERFUNCTION, Transfer.headerCallback))
        unsafe set(CURLOPT_HEADERDATA, pointer: Unmanaged.passUnretained(transfer).toOpaque())
    }

    mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        note(unsafe pgb_curl_setopt_pointer(handle, option, pointer))
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(unsafe pgb_curl_setopt_long(handle, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: String?) {
        note(unsafe pgb_curl_setopt_string(handle, option, value))
    }

    private mutating func note(_ code: CURLcode) {
        if failure == CURLE_OK { failure = code }
    }
}
