// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Files

/// A way to people, or to a program that reaches them.
public protocol Channel: Sendable {
    /// What `status` and metrics call it; no address, and no other channel's.
    var name: String { get }
    /// What it wants to be told of.
    var occasions: Set<Message.Occasion> { get }

    /// Returns when the other side has taken the message; blocks for a minute or two at most.
    ///
    /// After an error it may have it nonetheless, and gets it again: `Message.id` tells it so.
    func deliver(_ message: Message) throws(DeliveryError)
}

/// Why a channel has not taken a message; no secrets, no addresses beyond a host.
public struct DeliveryError: UserError, Equatable, Sendable {
    public let message: String
    public let hints: [String]
    /// Whether the other side is there and will not have this message, whereas it may have others.
    public let isRefusal: Bool

    public init(_ message: String, hints: [String] = [], isRefusal: Bool = false) {
        (self.message, self.hints, self.isRefusal) = (message, hints, isRefusal)
    }

    public var exitStatus: ExitStatus { .inconclusive }
}

extension SecretSource {
    /// More was not meant to be a password, a key or a URL.
    private static let longest = 64 << 10

    /// The secret as it is now; a file's without the line break at its end.
    func read(for what: String) throws(DeliveryError) -> Secret {
        switch self {
        case .value(let secret): return secret
        case .file(let path):
            let hints = [
                "can this user read '\(path)'? It holds the secret, and at most one line break after it."
            ]
            let bytes: [UInt8]?
            do throws(SystemError) {
                bytes = try FileDescriptor(file: path).content(limit: Self.longest)
            } catch {
                throw DeliveryError("the file of \(what): \(error.text)", hints: hints)
            }
            guard let text = bytes.flatMap({ String(validating: $0, as: UTF8.self) }) else {
                throw DeliveryError("the file of \(what) holds no text", hints: hints)
            }
            let secret = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
            guard !secret.isEmpty else { throw DeliveryError("the file of \(what) is empty", hints: hints) }
            return Secret(secret)
        }
    }
}
