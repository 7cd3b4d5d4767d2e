// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why a request got no complete answer.
///
/// A complete answer with any status is no error here. The message names the host and what happened, never
/// a path, a query or a header: those can hold signatures and credentials.
public struct HTTPError: UserError, Equatable, Sendable {
    /// What kind of thing failed.
    public enum Kind: Sendable, Equatable {
        case resolve
        case connect
        case tls
        /// Fewer bytes per second than the minimum, for longer than is allowed.
        case stalled
        /// The connection ended inside the answer; `expected` is nil when no length was announced.
        case cutShort(received: UInt64, expected: UInt64?)
        case headersTooLarge
        /// An answer that is not HTTP, or that could be read in two ways.
        case malformed
        case interrupted
        /// A request or an option that can never work.
        case configuration
        case other
    }

    /// What kind of thing failed.
    public let kind: Kind
    /// What failed, in libcurl's words or ours; no credentials.
    public let message: String
    /// Whether the same request may succeed when it is sent again.
    public let isTransient: Bool
    /// The `errno` behind it; nil when the operating system gave none.
    public internal(set) var systemError: Int32?

    init(_ kind: Kind, host: String, _ reason: String, isTransient: Bool? = nil) {
        self.kind = kind
        message = host.isEmpty ? reason : "'\(host)': \(reason)"
        self.isTransient = isTransient ?? kind.mayPass
    }

    /// What to look at where TLS, the name or the connection failed; empty for every other kind.
    public var hints: [String] {
        switch kind {
        case .tls:
            [
                "is the certificate in date, made for this name, and signed by an authority that is trusted here? --ca-file names a private one."
            ]
        case .resolve, .connect: ["check the endpoint; can this machine reach it?"]
        default: []
        }
    }

    /// 130 when it was interrupted, else 5: nothing is known of what was asked for.
    public var exitStatus: ExitStatus { kind == .interrupted ? .interrupted : .inconclusive }
}

extension HTTPError.Kind {
    fileprivate var mayPass: Bool {
        switch self {
        // Garbage is more often the work of a broken middleman than of the server.
        case .resolve, .connect, .stalled, .cutShort, .malformed: true
        case .tls, .headersTooLarge, .interrupted, .configuration, .other: false
        }
    }
}

/// What ended a transfer: the network, or the one who received the bytes or gave them.
public enum TransferError<Receiver: Error>: Error {
    case transport(HTTPError)
    case receiver(Receiver)
}
