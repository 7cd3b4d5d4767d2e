// SPDX-License-Identifier: Apache-2.0
import Foundation

/// nginx as a read-only S3: static files, and one fixed answer to `?list-type=2`.
///
/// Honours Range, If-Range and If-Match; its ETag is made of date and size, so that bit rot leaves it
/// as it was. Signatures are ignored.
public struct NginxServer: Sendable {
    public let endpoint: String
    /// The folder of this name in the served directory is the only bucket.
    public let bucket: String
    /// The directory that holds the bucket's folder.
    public let directory: String
    /// One line for each request: method, URI with arguments, status, Range or `-`.
    public let accessLog: String
    private let listing: String

    /// Serves the folder `bucket` of `directory` while `body` runs.
    public static func with<T: Sendable>(
        serving directory: String, bucket: String,
        _ body: @Sendable (NginxServer) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            let port = try LoopbackPort.unused()
            let nginx = NginxServer(
                endpoint: "http://127.0.0.1:\(port)", bucket: bucket, directory: directory,
                accessLog: place.path("access.log"), listing: place.path("list.xml"))
            try nginx.writeListing()
            try place.write(Array(nginx.configuration(port: port).utf8), to: "nginx.conf")
            let server = Server(
                program: Program(Testbed.nginx),
                arguments: ["-p", place.path, "-c", place.path("nginx.conf"), "-e", "stderr"],
                port: port, log: place.path("log"))
            return try await server.with { try await body(nginx) }
        }
    }

    /// Writes the listing anew; to be called after objects came, went or changed.
    ///
    /// It names all objects below `prefix`, whatever prefix the request asks for.
    public func writeListing(prefix: String = "") throws {
        let objects = try objects().filter { $0.key.hasPrefix(prefix) }
        let xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>\(bucket)</Name>\
            <Prefix>\(Self.escaped(prefix))</Prefix><KeyCount>\(objects.count)</KeyCount><MaxKeys>1000000</MaxKeys>\
            <IsTruncated>false</IsTruncated>\(objects.map(\.xml).joined())</ListBucketResult>
            """
        try Data(xml.utf8).write(to: URL(filePath: listing))
    }

    /// The requests answered so far, in the order in which they ended.
    public func requests() throws -> [String] {
        try String(contentsOfFile: accessLog, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private struct Object {
        let key: String
        let size: Int
        let modified: Date

        /// What nginx makes of a file: date and size in hexadecimal (ngx_http_set_etag).
        var etag: String {
            String(Int(modified.timeIntervalSince1970), radix: 16) + "-" + String(size, radix: 16)
        }

        var xml: String {
            let date = modified.formatted(.iso8601)
            return """
                <Contents><Key>\(escaped(key))</Key><LastModified>\(date)</LastModified>\
                <ETag>&quot;\(etag)&quot;</ETag><Size>\(size)</Size><StorageClass>STANDARD</StorageClass></Contents>
                """
        }
    }

    private func objects() throws -> [Object] {
        let root = "\(directory)/\(bucket)"
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
        return try names.compactMap { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(name)")
            guard attributes[.type] as? FileAttributeType == .typeRegular,
                let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date
            else { return nil }
            return Object(key: name, size: size, modified: modified)
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }

    private func configuration(port: UInt16) -> String {
        """
        daemon off;
        pid nginx.pid;
        \(geteuid() == 0 ? "user root;" : "")
        worker_processes 1;
        events { worker_connections 512; }
        http {
            log_format requests '$request_method $request_uri $status $sent_http_content_length $http_range';
            access_log \(accessLog) requests;
            client_body_temp_path tmp-body; proxy_temp_path tmp-proxy; fastcgi_temp_path tmp-fastcgi;
            uwsgi_temp_path tmp-uwsgi; scgi_temp_path tmp-scgi;
            sendfile on;
            keepalive_requests 1000000;
            default_type application/octet-stream;
            map $args $lists { default 0; "~(^|&)list-type=2(&|$)" 1; }
            server {
                listen 127.0.0.1:\(port);
                root \(directory);
                if ($lists) { rewrite ^ /.list last; }
                location / { }
                location = /.list { default_type application/xml; alias \(listing); }
            }
        }
        """
    }
}
