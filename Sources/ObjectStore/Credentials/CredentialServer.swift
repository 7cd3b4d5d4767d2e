// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import HTTP

/// Asks a server that gives out temporary keys, and reads its answers.
struct CredentialServer: Sendable {
    /// What errors call it.
    let name: String
    private let client: HTTPClient

    /// No such answer is longer.
    private static let limit = 64 << 10

    init(
        _ name: String, connectTimeout: Int = 5, caFile: String? = nil, proxy: Secret? = nil,
        cancellation: Cancellation
    ) {
        self.name = name
        client = HTTPClient(
            HTTPClient.Options(
                caFile: caFile, connectTimeout: connectTimeout, stallSeconds: 10, receiveBuffer: 16 << 10,
                proxy: proxy, cancellation: cancellation))
    }

    /// The body of a reply of status 200.
    func ask(_ request: HTTPRequest) throws(ObjectStoreError) -> [UInt8] {
        var head: HTTPHead?
        var body: [UInt8] = []
        do throws(TransferError<EarlyEnd>) {
            try client.perform(request, onHead: { (found) throws(EarlyEnd) in head = found }) {
                bytes throws(EarlyEnd) in
                guard body.count + bytes.byteCount <= Self.limit else { throw .enough }
                body.append(bytes)
            }
        } catch {
            throw meaning(of: error)
        }
        guard let head, head.status == 200 else { throw refusal(head, body) }
        return body
    }

    private func meaning(of error: TransferError<EarlyEnd>) -> ObjectStoreError {
        switch error {
        case .receiver: .misbehaving(name, reason: "an answer of more than \(Self.limit) bytes")
        case .transport(let error) where error.kind == .interrupted: .interrupted
        case .transport(let error) where error.isTransient:
            .transient(name, reason: error.message, kind: .fault)
        case .transport(let error):
            .unusable(name, reason: error.message, hint: "give credentials in another way.")
        }
    }

    private func refusal(_ head: HTTPHead?, _ body: [UInt8]) -> ObjectStoreError {
        let failure = S3Failure(head ?? HTTPHead(status: 0), body: body)
        if failure.status == 429 || failure.status >= 500 {
            return .transient(name, reason: failure.summary, kind: .fault)
        }
        return .denied(name, reason: failure.detail, hint: "may this machine or role get credentials there?")
    }

    /// The key in a JSON answer, as container and instance metadata give it.
    func key(fromJSON document: [UInt8]) throws(ObjectStoreError) -> AccessKey {
        guard let fields = FlatJSON.strings(document) else {
            throw .misbehaving(name, reason: "the answer is no flat JSON object")
        }
        return try key(
            id: fields["AccessKeyId"], secret: fields["SecretAccessKey"], token: fields["Token"],
            expires: fields["Expiration"])
    }

    func key(id: String?, secret: String?, token: String?, expires: String?) throws(ObjectStoreError)
        -> AccessKey
    {
        guard let id, !id.isEmpty, let secret, !secret.isEmpty else {
            throw .misbehaving(name, reason: "the answer holds no key")
        }
        // Both become part of a header.
        guard (id + (token ?? "")).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") })
        else {
            throw .misbehaving(name, reason: "the key holds what no key holds")
        }
        let end = expires.flatMap(Timestamp.init(iso8601:))
        guard expires == nil || end != nil else {
            throw .misbehaving(name, reason: "nobody can tell until when its key is good")
        }
        return AccessKey(
            id: id, secret: Secret(secret), sessionToken: token.map { Secret($0) }, expires: end)
    }
}
