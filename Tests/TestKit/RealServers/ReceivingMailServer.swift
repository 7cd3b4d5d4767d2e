// SPDX-License-Identifier: Apache-2.0
import Foundation

/// aiosmtpd: a mail server that keeps what it takes.
public struct ReceivingMailServer: Sendable {
    /// What it asks of who hands mail in.
    public struct Demands: Sendable {
        /// `none`, `starttls` or `tls`.
        public var protection = "starttls"
        /// Whose password it wants; empty for nobody's.
        public var user = ""
        public var password = ""
        /// An address that it does not know.
        public var unknown = ""
        /// What it answers to the mail itself.
        public var answer = "250 taken"

        public init() {}
    }

    /// A mail as Python's own parser understands it.
    public struct Received: Sendable, Decodable {
        public var sender: String
        public var recipients: [String]
        public var isProtected: Bool
        public var user: String?
        public var subject: String
        /// The names of all headers, in their order.
        public var headers: [String]
        public var from: String
        public var to: String
        public var date: String
        public var body: String
        /// The longest line of all that came, in bytes.
        public var longestLine: Int
        public var isASCII: Bool
    }

    /// The name in its certificate.
    public let host = "localhost"
    public let port: Int
    /// Its certificate, which vouches for itself.
    public let certificate: String
    private let folder: String

    /// Serves while `body` runs.
    public static func with<T: Sendable>(
        _ demands: Demands = Demands(), _ body: @Sendable (ReceivingMailServer) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            try await makeCertificate(place)
            let port = try LoopbackPort.unused()
            let folder = try place.makeDirectory("mail")
            let server = Server(
                program: Program(Testbed.python),
                arguments: [
                    "-c", script, "\(port)", folder, place.path, demands.protection, demands.user,
                    demands.password, demands.unknown, demands.answer,
                ], port: port, log: place.path("log"))
            let mail = ReceivingMailServer(
                port: Int(port), certificate: place.path("cert.pem"), folder: folder)
            return try await server.with { try await body(mail) }
        }
    }

    /// All that it has taken so far, in order.
    public func received() throws -> [Received] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try names.map { name in
            let document = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            return try JSONDecoder().decode(Received.self, from: document)
        }
    }

    private static func makeCertificate(_ place: TemporaryDirectory) async throws {
        try await Program("openssl")([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", place.path("key.pem"), "-out",
            place.path("cert.pem"),
        ])
    }

    private static let script = """
        import asyncio, email, email.policy, json, os, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult
        port, folder, place, protection, user, password, unknown, answer = sys.argv[1:]

        class Taking:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address == unknown:
                    return "550 nobody of that name"
                envelope.rcpt_tos.append(address)
                return "250 known"

            async def handle_DATA(self, server, session, envelope):
                mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                login = session.auth_data.login.decode() if session.auth_data else None
                kept = {
                    "sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                    "isProtected": protection == "tls" or session.ssl is not None, "user": login,
                    "subject": mail["subject"], "headers": mail.keys(), "from": mail["from"], "to": mail["to"],
                    "date": mail["date"].datetime.isoformat(), "body": mail.get_content().replace("\\r\\n", "\\n"),
                    "longestLine": max(map(len, envelope.content.split(b"\\r\\n"))),
                    "isASCII": envelope.content.isascii()}
                if answer.startswith("250"):
                    name = os.path.join(folder, f"{len(os.listdir(folder)):04}")
                    with open(name + ".new", "w") as file:
                        json.dump(kept, file)
                    os.rename(name + ".new", name)
                return answer

        def login(server, session, envelope, mechanism, data):
            is_right = (data.login.decode(), data.password.decode()) == (user, password)
            return AuthResult(success=is_right, handled=False, auth_data=data if is_right else None)

        async def main():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{place}/cert.pem", f"{place}/key.pem")
            def connection():
                return SMTP(
                    Taking(), hostname="localhost", auth_required=bool(user), authenticator=login,
                    tls_context=context if protection == "starttls" else None,
                    require_starttls=protection == "starttls", auth_require_tls=protection == "starttls")
            over = context if protection == "tls" else None
            server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", int(port), ssl=over)
            await server.serve_forever()

        asyncio.run(main())
        """
}
