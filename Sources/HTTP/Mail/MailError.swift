// SPDX-License-Identifier: Apache-2.0
import CCurl
public import Diagnostics

/// Why a mail server has not taken a mail.
///
/// The message names the host and what happened; nothing of credentials, addresses or what the server wrote.
public struct MailError: UserError, Equatable, Sendable {
    /// What kind of thing failed.
    public enum Kind: Sendable, Equatable {
        /// Nobody answered, or not to the end.
        case connection
        case tls
        /// The server has no STARTTLS.
        case unprotected
        case credentials
        /// The server answered with this code: 4xx for now, 5xx for good.
        case refused(Int)
        case interrupted
        /// A mail or a server that can never work.
        case configuration
        case other
    }

    /// What failed, for who decides whether the mail is offered again.
    public let kind: Kind
    /// The host in quotes and what happened, without a full stop.
    public let message: String

    init(_ kind: Kind, host: String, _ reason: String) {
        (self.kind, message) = (kind, "'\(host)': \(reason)")
    }

    init(_ failure: CurlFailure, reply: Int, host: String) {
        switch failure.code {
        case CURLE_ABORTED_BY_CALLBACK: self.init(.interrupted, host: host, "interrupted")
        case CURLE_COULDNT_RESOLVE_HOST: self.init(.connection, host: host, "the name is not known")
        case CURLE_COULDNT_CONNECT: self.init(.connection, host: host, "nobody answers")
        case CURLE_OPERATION_TIMEDOUT: self.init(.connection, host: host, "it took too long")
        case CURLE_USE_SSL_FAILED:
            self.init(.unprotected, host: host, "the server has no STARTTLS, so nothing was sent")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CACERT_BADFILE:
            self.init(.tls, host: host, "its certificate or its TLS is not trusted")
        case CURLE_LOGIN_DENIED: self.init(.credentials, host: host, "user and password were refused")
        default: self.init(answer: reply, host: host, failure)
        }
    }

    private init(answer: Int, host: String, _ failure: CurlFailure) {
        if answer >= 400 {
            self.init(.refused(answer), host: host, "the server refused the mail with \(answer)")
        } else {
            let general = unsafe String(cString: curl_easy_strerror(failure.code))
            self.init(.connection, host: host, "the connection failed: \(general)")
        }
    }

    /// Whether the server was there and would not have it, now and probably later.
    public var isRefusal: Bool {
        switch kind {
        case .refused(let code): code >= 500
        case .credentials, .configuration, .unprotected: true
        case .connection, .tls, .interrupted, .other: false
        }
    }

    /// What to do about TLS or a server without STARTTLS; empty for every other kind.
    public var hints: [String] {
        switch kind {
        case .unprotected: ["use smtps://, or say tls: none where everybody may read it."]
        case .tls:
            [
                "is the certificate in date, made for this name, and signed by an authority that is trusted here?"
            ]
        default: []
        }
    }

    /// 130 when it was interrupted, else 5: a mail that is not taken says nothing of a backup.
    public var exitStatus: ExitStatus { kind == .interrupted ? .interrupted : .inconclusive }
}
