// SPDX-License-Identifier: Apache-2.0

/// A container to be made: what runs in it, on what, and how far it is shut in.
public struct ContainerPlan: Sendable, Equatable {
    /// A name or an id; the engine must have it.
    public var image: String
    /// Instead of the image's; nil leaves that one, empty takes it away.
    public var entrypoint: [String]?
    /// Instead of the image's; nil leaves that one.
    public var command: [String]?
    /// `NAME`, `NAME:GROUP` or numbers; nil leaves the image's.
    public var user: String?
    /// Besides the image's.
    ///
    /// Everybody who may ask the engine can read it: no secrets.
    public var environment: [String: String]
    /// Nil leaves the image's.
    public var workingDirectory: String?
    /// What the container is found by later.
    public var labels: [String: String]
    /// What it sees of volumes and of this machine.
    public var mounts: [ContainerMount]
    /// How far it is shut in.
    public var isolation: ContainerIsolation
    /// What `stop` sends, such as `SIGINT`; nil leaves the image's, SIGTERM mostly.
    public var stopSignal: String?
    /// How many bytes of output the engine keeps; 0 for none, which leaves it to who is attached.
    public var logBytes: UInt64
    /// Whether somebody attaches and writes to it: its input ends with that connection.
    public var takesInput = false

    /// What is not told is left to the image; there are no mounts, all of it is shut in, and 16 MiB of output are kept.
    public init(
        image: String, entrypoint: [String]? = nil, command: [String]? = nil, user: String? = nil,
        environment: [String: String] = [:], workingDirectory: String? = nil, labels: [String: String] = [:],
        mounts: [ContainerMount] = [], isolation: ContainerIsolation = ContainerIsolation(),
        stopSignal: String? = nil, logBytes: UInt64 = 16 << 20
    ) {
        (self.image, self.entrypoint, self.command, self.user) = (image, entrypoint, command, user)
        (self.environment, self.workingDirectory, self.labels) = (environment, workingDirectory, labels)
        (self.mounts, self.isolation) = (mounts, isolation)
        (self.stopSignal, self.logBytes) = (stopSignal, logBytes)
    }
}

/// Something that a container sees in its file tree.
public struct ContainerMount: Sendable, Equatable {
    /// What it sees there.
    public enum Source: Sendable, Equatable {
        /// A volume by its name, which an engine makes when there is none.
        ///
        /// `takesImageFiles`: an empty one is first filled with what the image has at that path.
        case volume(String, takesImageFiles: Bool = false)
        /// A directory or file of the engine's machine, which must be there.
        case path(String)
    }

    /// What it sees.
    public var source: Source
    /// Where, as an absolute path.
    public var target: String
    /// Whether it may only read.
    public var isReadOnly: Bool

    /// It can be written to unless `isReadOnly`; `target` is an absolute path in the container.
    public init(_ source: Source, at target: String, isReadOnly: Bool = false) {
        (self.source, self.target, self.isReadOnly) = (source, target, isReadOnly)
    }
}

/// How far a container is shut in; what is not told is shut as far as an engine can.
///
/// No network but its own loopback, no capabilities, no way to new privileges, a file tree that cannot be written to
/// outside of mounts, the engine's usual filter of system calls. Limits that are nil are none.
public struct ContainerIsolation: Sendable, Equatable {
    /// Whether there is a network; the engine's usual one then.
    public var hasNetwork = false
    /// Capabilities that it keeps, such as `CHOWN`.
    public var capabilities: [String] = []
    /// Whether the image's own files can be written to.
    public var hasWritableRoot = false
    /// Directories in memory: paths, and the most bytes that each holds.
    ///
    /// Everybody may write to one, unless the image has that path: then it has the mode of the one there, and root owns it.
    public var memoryDirectories: [String: UInt64] = [:]
    /// In bytes, memory directories included, without any swap beside it.
    public var memory: UInt64?
    /// Of `/dev/shm`, in bytes; nil for the engine's usual 64 MiB.
    public var sharedMemory: UInt64?
    /// In billionths of a processor.
    public var nanoCPUs: UInt64?
    /// The most processes and threads.
    public var processes: Int?
    /// By their names: `nofile`, `core`, `fsize`; soft and hard limit are one.
    public var limits: [String: Int64] = ["core": 0]

    /// All of it shut, no limits.
    public init() {}
}
