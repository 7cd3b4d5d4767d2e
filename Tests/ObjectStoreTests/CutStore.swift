// SPDX-License-Identifier: Apache-2.0
import AuditModel
import HTTP
import Synchronization

@testable import ObjectStore

/// One object, sent as an S3 server sends it, with the next reply cut where a test says.
final class CutStore: ObjectStore {
    private let data: [UInt8]
    private let cut = Mutex<Int?>(nil)

    init(_ data: [UInt8]) { self.data = data }

    let url = "s3://cut"

    func cutNext(after count: Int) { cut.withLock { $0 = count } }

    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        var part = S3Part(request)
        try part.begin(head(of: request.range))
        let count = Int(request.range.upperBound - request.range.lowerBound)
        let sent = cut.withLock { cut in
            defer { cut = nil }
            return min(cut ?? count, count)
        }
        let data = data
        do throws(EarlyEnd) {
            let bytes = data.span.bytes.extracting(droppingFirst: Int(request.range.lowerBound))
            try part.receive(bytes.extracting(first: sent), body)
        } catch {
            switch error {
            case .enough: break
            case .error(let error): throw error
            }
        }
        try part.finish()
        return ReadStatistics()
    }

    private func head(of range: Range<UInt64>) -> HTTPHead {
        HTTPHead(
            status: 206,
            headers: [
                ("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(data.count)"),
                ("Content-Length", "\(range.upperBound - range.lowerBound)"),
            ])
    }

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        throw .unusable(url, reason: "it is only there to be read", hint: "")
    }

    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { throw .missing(name) }
}
