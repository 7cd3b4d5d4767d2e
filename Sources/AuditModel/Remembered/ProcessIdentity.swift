// SPDX-License-Identifier: Apache-2.0

/// Which process this is, so that nobody later mistakes another one with the same number for it.
public struct ProcessIdentity: Sendable, Hashable {
    /// As the kernel names it.
    public var host: String
    /// `/proc/sys/kernel/random/boot_id`; another one means that the host was started anew.
    public var bootID: String
    /// In the namespace of processes that it ran in.
    public var pid: Int32
    /// Field 22 of `/proc/PID/stat` (proc(5)): clock ticks from boot to the start of the process.
    public var startTime: Int64

    /// Of what was read or kept of a process: the kernel is not asked.
    public init(host: String, bootID: String, pid: Int32, startTime: Int64) {
        (self.host, self.bootID, self.pid, self.startTime) = (host, bootID, pid, startTime)
    }
}
