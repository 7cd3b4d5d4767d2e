// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP

/// One POST whose answer counts by its status, and perhaps by what is in it.
struct WebPost {
    /// An answer longer than this, in bytes, is not listened to any more.
    private static let longestAnswer = 64 << 10

    private let client: HTTPClient

    init(_ options: HTTPClient.Options) { client = HTTPClient(options) }

    /// Returns when the answer is 2xx: nothing in it counts.
    func send(_ body: [UInt8], to url: Secret, headers: [(name: String, value: String)]) throws(DeliveryError)
    { _ = try answer(to: body, at: url, headers: headers) }

    /// What an answer of 2xx holds, as far as it is listened to.
    func answer(
        to body: [UInt8], at url: Secret, headers: [(name: String, value: String)]
    ) throws(DeliveryError) -> [UInt8] {
        let request = HTTPRequest(.post, url: url.revealed, headers: headers, body: body)
        var status: Int?
        var answer: [UInt8] = []
        do throws(TransferError<TooLong>) {
            try client.perform(
                request, onHead: { head throws(TooLong) in status = head.status },
                onBody: { bytes throws(TooLong) in
                    guard answer.count + bytes.byteCount <= Self.longestAnswer else { throw TooLong() }
                    unsafe bytes.withUnsafeBytes { unsafe answer.append(contentsOf: $0) }
                })
        } catch {
            if case .transport(let error) = error {
                throw DeliveryError(error.message, hints: error.hints)
            }
        }
        try Self.judge(status ?? 0)
        return answer
    }

    private struct TooLong: Error {}

    /// What says that this one message is wrong; all else is about the address, the secret or the moment.
    private static let refusals: Set<Int> = [400, 413, 415, 422]

    private static func judge(_ status: Int) throws(DeliveryError) {
        guard !(200...299).contains(status) else { return }
        let hints =
            (300...399).contains(status) ? ["redirects are not followed: name where it leads to."] : []
        throw DeliveryError(
            "the server answered with status \(status)", hints: hints, isRefusal: refusals.contains(status))
    }
}
