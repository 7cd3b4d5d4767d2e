// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Synchronization

/// An S3 bucket in memory: ListObjectsV2, HEAD, GET and PUT in path style, with a hook that may distort any reply.
///
/// Signatures are not looked at: what was signed and sent is in `server.requests`.
public final class ScriptedBucket: Sendable {
    public struct Object: Sendable {
        public var bytes: [UInt8]
        /// Without quotes.
        public var etag: String
        public var modified: Timestamp
        public var version: String?
        public var storageClass: String?
        /// Sent with HEAD and GET besides the usual ones.
        public var headers: [(name: String, value: String)] = []

        public init(_ bytes: [UInt8], modified: Timestamp = Timestamp(seconds: 1_790_000_000)) {
            (self.bytes, self.modified) = (bytes, modified)
            etag = Self.etag(of: bytes)
        }

        /// 32 hexadecimal digits that differ when the bytes do (FNV-1a, not MD5 as S3 has it).
        public static func etag(of bytes: [UInt8]) -> String {
            let hash = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 32 - digits.count) + digits
        }
    }

    /// Gets each request and the correct reply to it, and returns the one to send.
    public typealias Hook = @Sendable (ScriptedRequest, ScriptedReply) -> ScriptedReply

    public let name: String
    public let server: ScriptedServer
    private let contents: Contents

    /// `pageSize` is how many keys one page of a listing has at most.
    public static func start(
        _ objects: [ObjectName: [UInt8]] = [:], name: String = "bucket", pageSize: Int = 1000,
        hook: @escaping Hook = { $1 }
    ) throws -> ScriptedBucket {
        try ScriptedBucket(Contents(name, objects.mapValues { Object($0) }, pageSize, hook))
    }

    private init(_ contents: Contents) throws {
        (self.contents, name) = (contents, contents.bucket)
        server = try ScriptedServer.start { request in contents.reply(to: request) }
    }

    /// What clients connect to.
    public var endpoint: String { server.baseURL }

    public var requests: [ScriptedRequest] { server.requests }

    /// From the next reply on; `{ $1 }` is an honest bucket.
    public func onReply(_ hook: @escaping Hook) { contents.state.withLock { $0.hook = hook } }

    /// An object; setting it writes or (nil) deletes it.
    public subscript(_ name: ObjectName) -> Object? {
        get { contents.state.withLock { $0.objects[name] } }
        set { contents.state.withLock { $0.objects[name] = newValue } }
    }

    public func put(_ name: ObjectName, _ bytes: [UInt8]) { self[name] = Object(bytes) }

    public func delete(_ name: ObjectName) { self[name] = nil }

    public func stop() { server.stop() }
}

extension ScriptedBucket {
    /// The objects and what is done with them, shared by the server's threads.
    final class Contents: Sendable {
        struct State {
            var objects: [ObjectName: Object]
            var hook: Hook
        }

        let bucket: String
        let pageSize: Int
        let state: Mutex<State>

        init(_ bucket: String, _ objects: [ObjectName: Object], _ pageSize: Int, _ hook: @escaping Hook) {
            (self.bucket, self.pageSize) = (bucket, max(1, pageSize))
            state = Mutex(State(objects: objects, hook: hook))
        }

        func reply(to request: ScriptedRequest) -> ScriptedReply {
            let (objects, hook) = state.withLock { ($0.objects, $0.hook) }
            var reply = honest(request, objects)
            reply.headers.append(("Date", WallClock.system.now.httpDate))
            reply.headers.append(("x-amz-request-id", "SCRIPTED\(request.number)"))
            reply = hook(request, reply)
            if request.method == "PUT", reply.status == 200, let name = key(of: request) {
                state.withLock { $0.objects[name] = Object(request.body) }
            }
            return reply
        }

        /// Nil for the bucket itself.
        private func key(of request: ScriptedRequest) -> ObjectName? {
            let path = request.path.dropFirst().split(separator: "/", maxSplits: 1)
            return path.count == 2 ? ObjectName(bytes: percentDecoded(path[1])) : nil
        }

        private func honest(_ request: ScriptedRequest, _ objects: [ObjectName: Object]) -> ScriptedReply {
            let path = request.path.dropFirst().split(
                separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard path.first.map(String.init) == bucket else { return Self.error(404, "NoSuchBucket") }
            if request.method == "PUT", request.query.isEmpty, key(of: request) != nil { return .ok([]) }
            guard ["GET", "HEAD"].contains(request.method) else { return Self.error(501, "NotImplemented") }
            if path.count == 1 || path[1].isEmpty {
                return request.parameter("list-type") == nil
                    ? Self.error(501, "NotImplemented") : list(request, objects)
            }
            guard let object = objects[ObjectName(bytes: percentDecoded(path[1]))] else {
                return Self.error(404, "NoSuchKey")
            }
            return object.reply(to: request)
        }

        static func error(_ status: Int, _ code: String) -> ScriptedReply {
            .status(
                status,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>\(code)</Code><Message>scripted</Message></Error>
                """, [("Content-Type", "application/xml")])
        }
    }
}

extension ScriptedBucket.Object {
    func reply(to request: ScriptedRequest) -> ScriptedReply {
        if let asked = request.parameter("versionId"),
            String(decoding: asked, as: UTF8.self) != version ?? "null"
        {
            return ScriptedBucket.Contents.error(404, "NoSuchVersion")
        }
        if let expected = request.header("if-match"), expected != "\"\(etag)\"", expected != etag,
            expected != "*"
        {
            return ScriptedBucket.Contents.error(412, "PreconditionFailed")
        }
        guard let asked = request.range else { return .ok(bytes, allHeaders) }
        guard let range = resolved(asked) else { return ScriptedBucket.Contents.error(416, "InvalidRange") }
        return .partial(bytes, range, allHeaders)
    }

    private var allHeaders: [(name: String, value: String)] {
        var all = [("ETag", "\"\(etag)\""), ("Last-Modified", modified.httpDate), ("Accept-Ranges", "bytes")]
        if let version { all.append(("x-amz-version-id", version)) }
        if let storageClass { all.append(("x-amz-storage-class", storageClass)) }
        return all + headers
    }

    private func resolved(_ asked: (first: Int?, last: Int?)) -> Range<Int>? {
        switch asked {
        case (let first?, let last):
            first < bytes.count ? first..<max(first, min(last ?? .max - 1, bytes.count - 1)) + 1 : nil
        case (nil, let count?): count > 0 ? max(0, bytes.count - count)..<bytes.count : nil
        case (nil, nil): nil
        }
    }
}
