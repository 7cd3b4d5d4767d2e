// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import HTTP
import Logging
import Synchronization

/// A folder of an S3 bucket, read with GET, HEAD and ListObjectsV2 and nothing else.
///
/// Only a probe that somebody asked for sends more (`S3Bucket+Probe`), and a `WritableBucket`.
///
/// Each method makes one attempt: what may pass is thrown as `.transient` and repeated by `RetryingStore`.
/// Only the store's region and clock are remembered between requests. No redirect is followed with
/// credentials: the one thing that is done is to sign anew for the region that Amazon names, and to send
/// that to Amazon's own server of this region.
public final class S3Bucket: ObjectStore, PagedStore {
    /// `s3://bucket/prefix` at Amazon, elsewhere `s3+` and the endpoint before it: `s3+https://host/bucket/prefix`.
    public let url: String
    let location: S3Location
    let configuration: S3Configuration
    let logger: Logger
    private let client: HTTPClient
    let customerKeyHeaders: [(name: String, value: String)]
    private let fixedHeaders: [(name: String, value: String)]
    private let state: Mutex<State>

    /// What the store has taught us, the same for all threads.
    private struct State {
        var route: S3Route
        /// What must be added to our clock to get the store's, in seconds.
        var clockOffset: Int64 = 0
    }

    /// Makes no request; throws `.unusable` for a configuration that can never work.
    public init(_ location: S3Location, _ configuration: S3Configuration) throws(ObjectStoreError) {
        guard S3Configuration.isRegion(configuration.region) else {
            throw .unusable(
                "region '\(ObjectName(configuration.region))'", reason: "it is no region's name",
                hint: "regions are written like eu-central-1.")
        }
        (self.location, self.configuration, logger) = (location, configuration, configuration.logger)
        let endpoint = configuration.endpoint ?? .amazon(region: configuration.region)
        state = Mutex(State(route: S3Route(location, configuration, endpoint, region: configuration.region)))
        url = endpoint.isAmazonRegion ? "s3://\(location.path)" : "s3+\(endpoint)/\(location.path)"
        customerKeyHeaders =
            try configuration.sseCustomerKey.map { key throws(ObjectStoreError) in
                try CustomerKeyHeaders(base64: key, for: endpoint).fields
            } ?? []
        fixedHeaders = Self.fixedHeaders(configuration)
        client = HTTPClient(
            HTTPClient.Options(
                caFile: configuration.caFile, minimumBytesPerSecond: configuration.minimumBytesPerSecond,
                stallSeconds: configuration.stallSeconds, receiveBuffer: configuration.receiveBuffer,
                proxy: configuration.proxy, cancellation: configuration.cancellation))
    }

    private static func fixedHeaders(_ configuration: S3Configuration) -> [(name: String, value: String)] {
        configuration.requesterPays ? [(name: "x-amz-request-payer", value: "requester")] : []
    }
}

/// Where requests go and for which region they are signed.
struct S3Route: Sendable {
    let address: S3Address
    let signer: S3Signer

    init(_ location: S3Location, _ configuration: S3Configuration, _ endpoint: S3Endpoint, region: String) {
        address = S3Address(endpoint: endpoint, bucket: location.bucket, addressing: configuration.addressing)
        signer = S3Signer(region: region)
    }
}

// MARK: One exchange
extension S3Bucket {
    /// A request before it is signed.
    struct Call {
        var method: HTTPMethod
        /// Nil for the bucket itself.
        var key: ObjectName?
        var query: [(name: String, value: String)] = []
        /// Signed headers.
        var headers: [(name: String, value: String)] = []
        /// Sent but not signed, since a proxy may change it.
        var ifMatch: String?
        var isFresh = false
        var subject: S3Subject
        /// Of a POST or PUT.
        var body: [UInt8] = []
    }

    /// Sends a request and hands over a reply of status 200 or 206; any other is thrown as what it means.
    ///
    /// `place` says, for messages, how far the reading has come.
    func exchange(
        _ call: Call, place: () -> String = { "" },
        onHead: (HTTPHead) throws(EarlyEnd) -> Void, onBody: (RawSpan) throws(EarlyEnd) -> Void
    ) throws(ObjectStoreError) {
        guard let refusal = try attempt(call, place, onHead, onBody) else { return }
        guard follow(refusal.failure) else { throw meaning(of: refusal, call.subject) }
        if let refusal = try attempt(call, place, onHead, onBody) { throw meaning(of: refusal, call.subject) }
    }

    /// Sends a question that may be refused, and hands over what comes back.
    ///
    /// Throws what may pass, and when there is no such bucket.
    func reply(to call: Call) throws(ObjectStoreError) -> S3Reply {
        var document: [UInt8] = []
        func ask() throws(ObjectStoreError) -> Refusal? {
            document = []
            return try attempt(
                call, { "" }, { _ in },
                { bytes throws(EarlyEnd) in
                    guard document.count + bytes.byteCount <= S3Reply.limit else {
                        throw .error(.misbehaving(call.subject.text, reason: "an answer without end"))
                    }
                    document.append(bytes)
                })
        }
        guard var refusal = try ask() else { return .document(document) }
        if follow(refusal.failure) {
            guard let other = try ask() else { return .document(document) }
            refusal = other
        }
        let error = meaning(of: refusal, call.subject)
        if error.isTransient || error == .noSuchStore(url) { throw error }
        return .refused(refusal.failure)
    }

    /// A reply of any other status, and the key that its request was signed with.
    private struct Refusal {
        var failure: S3Failure
        var key: AccessKey?
    }

    /// Nil when the reply was handed over to its end.
    private func attempt(
        _ call: Call, _ place: () -> String, _ onHead: (HTTPHead) throws(EarlyEnd) -> Void,
        _ onBody: (RawSpan) throws(EarlyEnd) -> Void
    ) throws(ObjectStoreError) -> Refusal? {
        let (request, key) = try signed(call)
        var (refused, status): (HTTPHead?, Int) = (nil, 0)
        defer { configuration.requests?.note(status) }
        var document: [UInt8] = []
        do throws(TransferError<EarlyEnd>) {
            try client.perform(
                request, onFreshConnection: call.isFresh,
                onHead: { head throws(EarlyEnd) in
                    status = head.status
                    if head.status == 200 || head.status == 206 { try onHead(head) } else { refused = head }
                },
                onBody: { bytes throws(EarlyEnd) in
                    guard refused != nil else { return try onBody(bytes) }
                    guard document.count + bytes.byteCount <= S3ErrorDocument.limit else { throw .enough }
                    document.append(bytes)
                })
        } catch {
            switch error {
            case .receiver(.enough): break
            case .receiver(.error(let error)): throw error
            // A refusal whose explanation was cut short is a refusal all the same.
            case .transport(let error):
                if refused == nil || error.kind == .interrupted {
                    throw meaning(of: error, call.subject, place())
                }
            }
        }
        return refused.map { Refusal(failure: S3Failure($0, body: document), key: key) }
    }

    private func signed(_ call: Call) throws(ObjectStoreError) -> (HTTPRequest, AccessKey?) {
        let (route, offset) = state.withLock { ($0.route, $0.clockOffset) }
        let time = configuration.clock.now.advanced(bySeconds: offset)
        let path = call.key.map(route.address.path) ?? route.address.bucketPath
        let payload = call.body.isEmpty ? S3Signer.emptyPayload : SHA256.digest(of: call.body).hex
        var headers = [(name: "x-amz-content-sha256", value: payload)] + fixedHeaders + call.headers
        let key = try configuration.credentials.accessKey(at: time)
        if let key {
            let request = S3Signer.Request(
                method: call.method.rawValue, host: route.address.host, path: path, query: call.query,
                headers: headers)
            headers = route.signer.headers(for: request, key: key, at: time)
        }
        if let tag = call.ifMatch { headers.append(("if-match", tag)) }
        let query = call.query.isEmpty ? "" : "?" + S3Signer.queryText(call.query)
        let request = HTTPRequest(
            call.method, url: route.address.origin + path + query, headers: headers, body: call.body)
        return (request, key)
    }
}

extension [UInt8] {
    mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

// MARK: What a reply teaches
extension S3Bucket {
    /// Goes over to the region that Amazon names; false when there is nothing to follow.
    private func follow(_ failure: S3Failure) -> Bool {
        guard let region = failure.otherRegion,
            configuration.endpoint?.isAmazonRegion ?? true
        else { return false }
        return state.withLock { state in
            guard state.route.signer.region != region else { return false }
            state.route = S3Route(location, configuration, .amazon(region: region), region: region)
            return true
        }
    }

    private func meaning(of refusal: Refusal, _ subject: S3Subject) -> ObjectStoreError {
        let error = refusal.failure.error(about: subject, in: url)
        switch error {
        case .transient(_, _, .clockSkew(let serverTime)):
            correctClock(serverTime)
        case .transient(let what, let reason, .expiredCredentials):
            guard let key = refusal.key, configuration.credentials.discard(key) else {
                return .denied(what, reason: reason, hint: "get new temporary credentials.")
            }
        case .missing(let name) where refusal.failure.isDeleteMarker:
            logger.warning("object '\(name)' was deleted: the newest version is a delete marker")
        default: break
        }
        return error
    }

    private func correctClock(_ serverTime: Timestamp) {
        let offset = serverTime.seconds(since: configuration.clock.now)
        let isNew = state.withLock { state in
            defer { state.clockOffset = offset }
            return abs(state.clockOffset - offset) > 1
        }
        if isNew {
            logger.warning("the clock of '\(url)' differs from ours by \(offset) s: signing with its time")
        }
    }

    private func meaning(of error: HTTPError, _ subject: S3Subject, _ place: String) -> ObjectStoreError {
        switch error.kind {
        case .interrupted: .interrupted
        case .cutShort: .transient(subject.text, reason: "connection cut\(place)", kind: .fault)
        case .stalled: .transient(subject.text, reason: "transfer stalled\(place)", kind: .fault)
        case .headersTooLarge: .misbehaving(subject.text, reason: error.message)
        case _ where error.isTransient: .transient(subject.text, reason: error.message + place, kind: .fault)
        default:
            .unusable(
                subject.text, reason: error.message, hint: error.hints.first ?? "check the endpoint.")
        }
    }
}
