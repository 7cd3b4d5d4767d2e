// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

extension HTTPClient {
    /// How a client connects, waits and gives up.
    public struct Options: Sendable {
        /// A PEM file of the only authorities to trust; nil for the system's.
        public var caFile: String?
        /// In seconds, name lookup and TLS handshake included.
        public var connectTimeout: Int
        /// An answer slower than this for `stallSeconds` is given up; a receiver that takes its time
        /// counts as well.
        public var minimumBytesPerSecond: Int
        /// How long a transfer may be that slow.
        public var stallSeconds: Int
        /// In bytes, per running transfer; libcurl takes up to 10 MiB.
        public var receiveBuffer: Int
        /// All headers of one answer together, in bytes.
        public var maximumHeaderBytes: Int
        /// Connect to this socket instead of the URL's host.
        public var unixSocket: String?
        /// An HTTP proxy to go through, such as `http://proxy.example:3128`, perhaps with user and password; nil for
        /// none, whatever the environment says.
        public var proxy: Secret?
        /// Ends running transfers within about a second.
        public var cancellation: Cancellation
        /// What the server is told that we are.
        public var userAgent: String

        /// Without a proxy, and with the system's authorities; 10 seconds to connect, and 30 for less than 1 KiB a second.
        public init(
            caFile: String? = nil, connectTimeout: Int = 10, minimumBytesPerSecond: Int = 1024,
            stallSeconds: Int = 30, receiveBuffer: Int = 512 << 10, maximumHeaderBytes: Int = 64 << 10,
            unixSocket: String? = nil, proxy: Secret? = nil, cancellation: Cancellation = Cancellation(),
            userAgent: String = "pg_backctl"
        ) {
            (self.caFile, self.unixSocket, self.proxy) = (caFile, unixSocket, proxy)
            (self.connectTimeout, self.stallSeconds) = (connectTimeout, stallSeconds)
            (self.minimumBytesPerSecond, self.receiveBuffer) = (minimumBytesPerSecond, receiveBuffer)
            (self.maximumHeaderBytes, self.cancellation) = (maximumHeaderBytes, cancellation)
            self.userAgent = userAgent
        }
    }
}
