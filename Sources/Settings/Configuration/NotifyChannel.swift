// SPDX-License-Identifier: Apache-2.0

/// A way by which somebody is told, and of what.
public struct NotifyChannel: Sendable, Equatable {
    /// By what, and to whom.
    public var way: Way
    /// Empty for a ping, which tells of every run.
    public var events: [Event]
    /// The entry of the schedule whose runs are told; nil for all.
    public var schedule: String?

    /// How.
    public enum Way: Sendable, Equatable {
        case webhook(Webhook)
        case mail(Mail)
        /// An address that is asked at the start and the end of each run.
        case ping(url: NamedValue)
        /// A program with its arguments, which no shell reads.
        case command([String])
    }

    /// Of what.
    public enum Event: String, Sendable, CaseIterable { case incident, recovery, silence, weekly }

    /// A request with the message as its body.
    public struct Webhook: Sendable, Equatable {
        /// The address that is posted to, of `http` or `https`; often a secret itself.
        public var url: NamedValue
        /// What the body is signed with.
        public var secret: SecretName?
        /// `generic` where the file says nothing.
        public var format: Format

        /// What the body looks like.
        public enum Format: String, Sendable, CaseIterable { case generic, slack }
    }

    /// A message by SMTP.
    public struct Mail: Sendable, Equatable {
        /// Addresses such as `dba@example.com`, without names.
        public var to: [String]
        /// The sender's address, without a name.
        public var from: String
        /// `smtp://host:port`, which must know STARTTLS unless `allowsPlain`, or `smtps://host`.
        public var server: String
        /// Whether everybody on the way may read the mail.
        public var allowsPlain = false
        /// Nil for a server that asks for nobody's name; there whenever `password` is.
        public var user: SecretName?
        /// There whenever `user` is.
        public var password: SecretName?
    }
}
