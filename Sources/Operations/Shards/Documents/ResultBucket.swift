// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore

/// A folder of a bucket in which machines meet.
struct ResultBucket: MeetingPlace {
    private let bucket: WritableBucket

    init(_ bucket: WritableBucket) { self.bucket = bucket }

    func put(_ bytes: [UInt8], named name: String) throws(ShardError) -> String {
        do throws(ObjectStoreError) { try bucket.put(bytes, as: ObjectName(name)) } catch {
            throw .unreachable(ToldError(error))
        }
        return path(name)
    }

    func document(named name: String) throws(ShardError) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(ObjectStoreError) {
            bytes = try bucket.content(of: ObjectName(name), limit: SignedDocument.longest)
        } catch {
            if case .missing = error { throw ShardError.noPlan(at: path(name)) }
            throw .unreachable(ToldError(error))
        }
        guard let bytes else { throw ShardError.noDocument(at: path(name)) }
        return bytes
    }

    /// Folders of the folder are passed over.
    func eachBundle(_ body: (_ path: String, _ bytes: Result<[UInt8], ShardError>) -> Void) throws(ShardError)
    {
        var bundles: [ObjectName] = []
        do throws(ObjectStoreError) {
            try bucket.store.list("") { object throws(ObjectStoreError) in
                let isBundle = object.name.hasSuffix(ShardBundle.ending) && !object.name.hasFolder
                if isBundle, bundles.count <= Self.mostBundles { bundles.append(object.name) }
            }
        } catch { throw .unreachable(ToldError(error)) }
        guard bundles.count <= Self.mostBundles else {
            throw .unusable(bucket.store.url, reason: "it holds more bundles than any plan has")
        }
        for name in bundles {
            let content = content(of: name)
            if case .failure(.unreachable(let error)) = content, error.exitStatus == .interrupted {
                throw .unreachable(error)
            }
            body(path(name.description), content)
        }
    }

    private func content(of name: ObjectName) -> Result<[UInt8], ShardError> {
        do throws(ObjectStoreError) {
            let bytes = try bucket.content(of: name, limit: SignedDocument.longest)
            return bytes.map { .success($0) } ?? .failure(ShardError.noDocument(at: path(name.description)))
        } catch { return .failure(.unreachable(ToldError(error))) }
    }

    private func path(_ name: String) -> String { "\(bucket.store.url)/\(name)" }
}

extension ObjectName {
    fileprivate var hasFolder: Bool { bytes.contains(UInt8(ascii: "/")) }
}
