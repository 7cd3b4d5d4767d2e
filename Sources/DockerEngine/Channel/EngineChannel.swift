// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import HTTP

/// Carries requests to an engine and brings back what it answers, within limits.
///
/// Every request has a connection of its own: on a Unix socket that costs nothing, and none is ever sent twice.
struct EngineChannel: Sendable {
    let address: EngineAddress
    let cancellation: Cancellation
    /// What all paths begin with once both sides agreed: `/v1.41`.
    private let prefix: String
    private let client: HTTPClient

    /// In bytes, of an answer that is kept: no list of containers is longer.
    static let answerLimit = 16 << 20

    init(_ address: EngineAddress, version: APIVersion?, cancellation: Cancellation) {
        (self.address, self.cancellation) = (address, cancellation)
        prefix = version.map { "/v\($0)" } ?? ""
        client = HTTPClient(
            HTTPClient.Options(
                connectTimeout: 30, minimumBytesPerSecond: 1, receiveBuffer: 256 << 10,
                unixSocket: address.socket,
                cancellation: cancellation))
    }

    /// The whole body of a good answer.
    func ask(_ call: EngineCall) throws(EngineError) -> [UInt8] {
        var body: [UInt8] = []
        try stream(call) { bytes throws(EngineError) in
            guard body.count + bytes.byteCount <= Self.answerLimit else {
                throw .misbehaving(call.step, reason: "more than \(Self.answerLimit) bytes")
            }
            bytes.withUnsafeBytes { body.append(contentsOf: $0) }
            return true
        }
        return body
    }

    /// The document of a good answer.
    func ask<Document: Decodable>(_ call: EngineCall, for document: Document.Type) throws(EngineError)
        -> Document
    {
        let body = try ask(call)
        do {
            return try JSONDecoder().decode(document, from: Data(body))
        } catch {
            throw .misbehaving(call.step, reason: "not the JSON that was asked for")
        }
    }

    /// Why a body is not read to its end.
    private enum Leaving: Error {
        case enough
        case failed(EngineError)
    }

    /// Hands on the body of a good answer as it comes, until its end or until `take` returns false.
    func stream(_ call: EngineCall, _ take: (RawSpan) throws(EngineError) -> Bool) throws(EngineError) {
        var answer = Answer()
        do throws(TransferError<Leaving>) {
            try client.perform(
                request(call), onFreshConnection: true,
                onHead: { head throws(Leaving) in answer.status = head.status },
                onBody: { bytes throws(Leaving) in
                    guard answer.isGood else { return answer.keep(bytes) }
                    let goesOn: Bool
                    do throws(EngineError) { goesOn = try take(bytes) } catch { throw .failed(error) }
                    if !goesOn { throw .enough }
                })
        } catch {
            switch error {
            case .receiver(.enough): return
            case .receiver(.failed(let error)): throw error
            case .transport(let error): throw EngineError(error, on: address, to: call, cancellation)
            }
        }
        try answer.check(call)
    }

    /// Sends a body as it comes from a source; a source that throws leaves the engine with half of it.
    func send(
        _ call: EngineCall, from source: (inout OutputRawSpan) throws(EngineError) -> Void
    ) throws(EngineError) {
        var answer = Answer()
        do throws(TransferError<EngineError>) {
            try client.send(
                request(call), source: source,
                onHead: { head throws(EngineError) in answer.status = head.status },
                onBody: { bytes throws(EngineError) in answer.keep(bytes) })
        } catch {
            switch error {
            case .receiver(let error): throw error
            case .transport(let error): throw EngineError(error, on: address, to: call, cancellation)
            }
        }
        try answer.check(call)
    }

    /// The connection itself, which the engine leaves to us.
    func upgrade(_ call: EngineCall) throws(EngineError) -> UpgradedConnection {
        var request = request(call)
        request.headers += [("Connection", "Upgrade"), ("Upgrade", "tcp"), ("Content-Length", "0")]
        let outcome: (head: HTTPHead, connection: UpgradedConnection)
        do throws(HTTPError) { outcome = try client.upgrade(request) } catch {
            throw EngineError(error, on: address, to: call, cancellation)
        }
        guard outcome.head.status != 101, outcome.head.status != 200 else { return outcome.connection }
        let reason = Self.reason(of: outcome.head, outcome.connection)
        throw EngineError(status: outcome.head.status, body: reason, to: call)
    }

    /// What a refusal brings with it; what cannot be read of it is left out.
    private static func reason(of head: HTTPHead, _ connection: UpgradedConnection) -> [UInt8] {
        let length = Int(min(head.contentLength ?? 0, 64 << 10))
        var reason: [UInt8] = []
        while reason.count < length,
            let bytes = try? connection.read(upTo: length - reason.count, patience: 10), !bytes.isEmpty
        { reason += bytes }
        return reason
    }

    /// Whether an engine did what it was asked for, and the beginning of the reason when it did not.
    private struct Answer {
        var status = 0
        private var reason: [UInt8] = []

        /// 304 says that a container runs already, or does not.
        var isGood: Bool { (200..<300).contains(status) || status == 304 }

        mutating func keep(_ bytes: RawSpan) {
            let room = max(0, 64 << 10 - reason.count)
            bytes.extracting(first: min(room, bytes.byteCount)).withUnsafeBytes {
                reason.append(contentsOf: $0)
            }
        }

        func check(_ call: EngineCall) throws(EngineError) {
            guard isGood else { throw EngineError(status: status, body: reason, to: call) }
        }
    }

    private func request(_ call: EngineCall) -> HTTPRequest {
        HTTPRequest(
            HTTPMethod(call.method), url: "http://localhost\(prefix)\(call.path)", headers: call.headers,
            body: call.body,
            stallSeconds: call.patience)
    }
}

extension HTTPMethod {
    fileprivate init(_ method: EngineCall.Method) {
        switch method {
        case .get: self = .get
        case .post: self = .post
        case .put: self = .put
        case .delete: self = .delete
        }
    }
}
