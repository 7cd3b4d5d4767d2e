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
        let code = settings.perform(transfer)
        guard code != CURLE_OK else { return nil }
        var systemError = 0
        var beforeTransfer: curl_off_t = 0
        unsafe _ = pgb_curl_getinfo_long(handle, CURLINFO_OS_ERRNO, &systemError)
        unsafe _ = pgb_curl_getinfo_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &beforeTransfer)
        return unsafe CurlFailure(
            code: code, detail: String(cString: errorText), wasConnected: beforeTransfer > 0,
            systemError: systemError == 0 ? nil : Int32(truncatingIfNeeded: systemError))
    }
}
