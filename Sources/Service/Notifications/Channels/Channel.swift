// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Settings

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
    /// What went wrong, without a full stop.
    public let message: String
    /// What to try; often nothing.
    public let hints: [String]
    /// Whether the other side is there and will not have this message, whereas it may have others.
    public let isRefusal: Bool

    /// No refusal unless that is told: the message is tried again then.
    public init(_ message: String, hints: [String] = [], isRefusal: Bool = false) {
        (self.message, self.hints, self.isRefusal) = (message, hints, isRefusal)
    }

    /// Always 5: nothing is said about a backup.
    public var exitStatus: ExitStatus { .inconclusive }
}

extension NamedValue {
    /// The value as it is now: a file may be given another one at any time, and what is missing may come.
    func current(for what: String) throws(DeliveryError) -> Secret {
        do throws(SettingsError) { return try read() } catch {
            throw DeliveryError("\(what): \(error.message)", hints: error.hints)
        }
    }
}
