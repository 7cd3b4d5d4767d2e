// SPDX-License-Identifier: Apache-2.0
import Archive
import Digests
import TestKit

/// A registry with one image, from which an engine can pull without a login.
///
/// "Docker Registry HTTP API V2" and "Image Manifest Version 2, Schema 2", as far as a pull goes.
struct ScriptedRegistry {
    let server: ScriptedServer
    let manifestDigest: String

    /// What an engine is to pull.
    var image: String { "127.0.0.1:\(server.port)/team/small:1" }

    /// `distort` may change any reply.
    static func start(
        _ distort: @escaping @Sendable (ScriptedRequest, ScriptedReply) -> ScriptedReply = { $1 }
    ) throws -> ScriptedRegistry {
        let layer = try layer()
        let config = Array(
            """
            {"architecture":"amd64","os":"linux","config":{"Env":["FROM=registry"],"Cmd":["sh"]},\
            "rootfs":{"type":"layers","diff_ids":["\(digest(layer))"]},"history":[{"created_by":"tests"}]}
            """.utf8)
        let kind = "application/vnd.docker"
        let manifest = Array(
            """
            {"schemaVersion":2,"mediaType":"\(kind).distribution.manifest.v2+json",\
            "config":{"mediaType":"\(kind).container.image.v1+json","size":\(config.count),"digest":"\(digest(config))"},\
            "layers":[{"mediaType":"\(kind).image.rootfs.diff.tar.gzip","size":\(layer.count),"digest":"\(digest(layer))"}]}
            """.utf8)
        let manifestDigest = digest(manifest)
        let blobs = [digest(layer): layer, digest(config): config]
        let server = try ScriptedServer.start(.init(refusesTLS: true)) { request in
            distort(request, reply(to: request, manifest, blobs))
        }
        return ScriptedRegistry(server: server, manifestDigest: manifestDigest)
    }

    private static func reply(
        to request: ScriptedRequest, _ manifest: [UInt8], _ blobs: [String: [UInt8]]
    ) -> ScriptedReply {
        let name = request.path.split(separator: "/").last.map(String.init) ?? ""
        if request.path == "/v2/" { return .json("{}") }
        if request.path.contains("/manifests/"), [digest(manifest), "1"].contains(name) {
            return .ok(
                manifest,
                [
                    ("Content-Type", "application/vnd.docker.distribution.manifest.v2+json"),
                    ("Docker-Content-Digest", digest(manifest)),
                ])
        }
        return blobs[name].map { .ok($0) } ?? .json(#"{"errors":[{"code":"UNKNOWN"}]}"#, status: 404)
    }

    private static func digest(_ bytes: [UInt8]) -> String { "sha256:\(SHA256.digest(of: bytes).hex)" }

    /// A file of two megabytes that does not compress, another one each time: engines share what they download twice.
    private static func layer() throws -> [UInt8] {
        final class Written {
            var bytes: [UInt8] = []
        }
        let written = Written()
        let tar = TarWriter<Never> { piece throws(Never) in
            piece.withUnsafeBytes { written.bytes.append(contentsOf: $0) }
        }
        let salt = Int.random(in: 0...(1 << 30))
        let content = (0..<2_000_000).map { UInt8(truncatingIfNeeded: ($0 &+ salt) &* 2_654_435_761 >> 11) }
        try tar.add(
            TarEntry(path: Array("large".utf8), kind: .file(size: 2_000_000), mode: 0o644), content: content)
        try tar.finish()
        return written.bytes
    }
}
