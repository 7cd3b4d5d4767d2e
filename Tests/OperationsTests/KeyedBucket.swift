// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Synchronization
import TestKit

/// A bucket that answers nobody but the holder of one key.
final class KeyedBucket: Sendable {
    let bucket: ScriptedBucket
    let key: String

    /// With nothing in it.
    init(_ name: String, key: String) throws {
        self.key = key
        bucket = try ScriptedBucket.start(name: name) { request, reply in
            Self.isSigned(request, by: key) ? reply : Self.refusal
        }
    }

    deinit { bucket.stop() }

    /// What the history calls it.
    var url: String { "s3+\(bucket.endpoint)/\(bucket.name)" }

    func upload(_ set: BackupSet) {
        for (object, bytes) in set.objects { bucket.put(set.name(object), bytes) }
        bucket.put(set.name("backup.sha256.info"), set.infoFile)
        bucket.put(set.name("backup.sha256"), set.sumFile)
    }

    /// All files of a folder, as a backup with the folder's name.
    func upload(folder: String) throws {
        let url = URL(filePath: folder)
        for file in try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil) {
            bucket.put(
                ObjectName("\(url.lastPathComponent)/\(file.lastPathComponent)"),
                Array(try Data(contentsOf: file)))
        }
    }

    /// Does something whenever an object of this name is about to be handed out.
    func beforeReading(_ name: String, _ action: @escaping @Sendable () -> Void) {
        bucket.onReply { [key] request, reply in
            guard Self.isSigned(request, by: key) else { return Self.refusal }
            if request.method == "GET", request.path.hasSuffix("/\(name)") { action() }
            return reply
        }
    }

    /// The keys that requests were signed with.
    var keysSeen: Set<String> {
        Set(bucket.requests.compactMap { Self.signer(of: $0) })
    }

    private static func isSigned(_ request: ScriptedRequest, by key: String) -> Bool {
        signer(of: request) == key
    }

    private static func signer(of request: ScriptedRequest) -> String? {
        guard let header = request.header("authorization"),
            let credential = header.firstRange(of: "Credential=")
        else { return nil }
        return String(header[credential.upperBound...].prefix { $0 != "/" })
    }

    private static let refusal = ScriptedReply.status(
        403, "<Error><Code>InvalidAccessKeyId</Code><Message>not here</Message></Error>",
        [("Content-Type", "application/xml")])
}
