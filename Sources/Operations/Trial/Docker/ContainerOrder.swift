// SPDX-License-Identifier: Apache-2.0
import DockerEngine

/// How a trial in a container is run.
public struct ContainerOrder: Sendable, Equatable {
    /// Whether the image is got from its registry.
    public enum Pull: String, Sendable, CaseIterable {
        case never
        /// Where the engine does not have it.
        case missing
        /// Each time, for what its name means by now.
        case always
    }

    /// The image's name; nil for `postgres` of the backup's major version.
    public var image: String?
    /// By default only an image that the engine lacks is fetched.
    public var pull = Pull.missing
    /// In bytes, for all that runs in the container.
    public var memory: UInt64 = 2 << 30
    /// In processors; nil for all there are.
    public var processors: Double?
    /// What tells where the engine is, as variables of the environment.
    public var engine: [String: String]

    /// With the image of the backup's version, 2 GiB of memory and all processors.
    public init(engine: [String: String]) { self.engine = engine }
}
