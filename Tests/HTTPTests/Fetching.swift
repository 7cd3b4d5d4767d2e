// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP
import TestKit

/// What became of one request: the bytes and head that were handed over, and how it ended.
struct Fetched {
    var body: [UInt8] = []
    var heads: [HTTPHead] = []
    var error: HTTPError?

    var head: HTTPHead? { heads.last }
}

extension HTTPClient {
    func fetch(_ request: HTTPRequest, onFreshConnection: Bool = false) -> Fetched {
        var fetched = Fetched()
        do throws(TransferError<Never>) {
            try perform(
                request, onFreshConnection: onFreshConnection,
                onHead: { head throws(Never) in fetched.heads.append(head) },
                onBody: { bytes throws(Never) in
                    bytes.withUnsafeBytes { fetched.body.append(contentsOf: $0) }
                })
        } catch {
            switch error {
            case .transport(let error): fetched.error = error
            }
        }
        return fetched
    }

    func fetch(_ server: ScriptedServer, _ target: String = "/object") -> Fetched {
        fetch(HTTPRequest(url: server.baseURL + target))
    }
}

/// Bytes that are different everywhere, so that a piece out of order is seen.
func sample(_ count: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}
