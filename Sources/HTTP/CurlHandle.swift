// SPDX-License-Identifier: Apache-2.0
import CCurl

/// Owns one libcurl easy handle with the connections it keeps, and its error buffer.
///
/// `@unchecked Sendable`: libcurl lets a handle move between threads as long as one uses it at a time, and
/// only who took it out of the client's pool does.
@safe
final class CurlHandle: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    /// Made once, before the first handle, as libcurl wants it.
    private static let isInitialised = pgb_curl_global_init() == CURLE_OK

    /// Nil when libcurl or one of its libraries cannot be started, for want of memory mostly.
    init?() {
        guard Self.isInitialised, let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe errorText.deallocate()
    }

    /// Learns the settings of one transfer.
    ///
    /// `isStreamed`: a source gives the body, not the request.
    func prepare(
        _ request: HTTPRequest, _ options: HTTPClient.Options, onFreshConnection: Bool, isStreamed: Bool
    ) -> CurlSettings {
        unsafe errorText.pointee = 0
        var settings = unsafe CurlSettings(handle)
        unsafe settings.set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
        settings.setPolicy(options)
        settings.setConnection(options, fresh: onFreshConnection)
        settings.setPatience(request.stallSeconds ?? options.stallSeconds, options)
        settings.setRequest(request, userAgent: options.userAgent, isStreamed: isStreamed)
        return settings
    }

    /// Runs what was prepared, then forgets all of it but the connections.
    ///
    /// Returns nil when the answer came in completely.
    func run(_ transfer: Transfer, _ settings: consuming CurlSettings) -> CurlFailure? {
        defer { unsafe curl_easy_reset(handle) }
        return failure(settings.perform(transfer))
    }

    /// Hands a mail to its server, then forgets all of it.
    ///
    /// Returns nil when the server has taken it, else also what it last answered: 0 for nothing.
    func send(_ mail: Mail, _ server: MailServer, _ transfer: Transfer) -> (CurlFailure, reply: Int)? {
        defer { unsafe curl_easy_reset(handle) }
        unsafe errorText.pointee = 0
        var settings = unsafe CurlSettings(handle)
        unsafe settings.set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
        settings.setMail(mail, server)
        guard let failure = failure(settings.performMail(transfer)) else { return nil }
        var reply = 0
        unsafe _ = pgb_curl_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &reply)
        return (failure, reply)
    }

    /// Nil when all is well.
    private func failure(_ code: CURLcode) -> CurlFailure? {
        guard code != CURLE_OK else { return nil }
        var systemError = 0
        var beforeTransfer: curl_off_t = 0
        unsafe _ = pgb_curl_getinfo_long(handle, CURLINFO_OS_ERRNO, &systemError)
        unsafe _ = pgb_curl_getinfo_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &beforeTransfer)
        return unsafe CurlFailure(
            code: code, detail: String(cString: errorText), wasConnected: beforeTransfer > 0,
            systemError: systemError == 0 ? nil : Int32(truncatingIfNeeded: systemError))
    }

    /// Opens a connection and sends nothing; returns nil when it is there.
    func connect(_ request: HTTPRequest, _ options: HTTPClient.Options) -> CurlFailure? {
        unsafe errorText.pointee = 0
        var settings = unsafe CurlSettings(handle)
        unsafe settings.set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
        settings.setPolicy(options)
        // A handle of its own has no other connection, and one that is used once would be closed at once.
        settings.setConnection(options, fresh: false)
        settings.connectOnly(to: request.url)
        return failure(settings.performAlone())
    }

    /// Of the connection; nil when there is none any more.
    var socket: Int32? {
        var number = curl_socket_t(-1)
        let code = unsafe pgb_curl_getinfo_socket(handle, CURLINFO_ACTIVESOCKET, &number)
        return code == CURLE_OK && number >= 0 ? Int32(number) : nil
    }

    /// What one attempt on a connection came to.
    enum Step<Value> {
        case done(Value)
        case notYet
        case failed(CurlFailure)
    }

    /// How many of the bytes were taken.
    func send(_ bytes: RawSpan) -> Step<Int> {
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe curl_easy_send(handle, bytes.baseAddress, bytes.count, &count)
        }
        return step(code) { count }
    }

    /// What has come; nothing at the other side's end.
    func receive(upTo limit: Int) -> Step<[UInt8]> {
        var code = CURLE_OK
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            code = unsafe curl_easy_recv(handle, buffer.baseAddress, limit, &count)
            if code != CURLE_OK { count = 0 }
        }
        return step(code) { bytes }
    }

    private func step<Value>(_ code: CURLcode, _ value: () -> Value) -> Step<Value> {
        if code == CURLE_AGAIN { return .notYet }
        return failure(code).map { .failed($0) } ?? .done(value())
    }
}
