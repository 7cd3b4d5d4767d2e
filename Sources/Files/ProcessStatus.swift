// SPDX-License-Identifier: Apache-2.0
public import Glibc

/// What `/proc` tells of a process.
public struct ProcessStatus: Equatable, Sendable {
    public let identifier: pid_t
    /// The program's name, of which the kernel keeps 15 bytes.
    public let name: String
    public let parent: pid_t
    /// In clock ticks.
    public let cpuTime: UInt64
    /// In clock ticks from boot: tells a process from a later one with the same number.
    public let startTime: UInt64

    /// Nil when there is no such process, or it has ended and only waits for its parent to look.
    public init?(_ identifier: pid_t) {
        guard let bytes = try? FileDescriptor(file: "/proc/\(identifier)/stat").content(limit: 64 << 10)
        else { return nil }
        self.init(identifier, line: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a line of `/proc/PID/stat` (proc(5)); nil when it is none, or that of a process that has ended.
    public init?(_ identifier: pid_t, line: String) {
        // The name in parentheses may hold anything, so fields count from its end.
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else {
            return nil
        }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]),
            let user = UInt64(fields[11]), let system = UInt64(fields[12]), let start = UInt64(fields[19])
        else { return nil }
        self.identifier = identifier
        name = String(line[line.index(after: open)..<close])
        self.parent = parent
        cpuTime = user &+ system
        startTime = start
    }

    /// Whether this very process still runs, and not a later one with its number.
    public func isRunning() -> Bool { ProcessStatus(identifier)?.startTime == startTime }
}
