// SPDX-License-Identifier: Apache-2.0

/// What this machine has of memory.
public enum MachineMemory {
    /// In bytes, what programs can have without anything being written to swap; nil where the system does not say.
    public static var available: UInt64? {
        guard let file = try? FileDescriptor(file: "/proc/meminfo"),
            let bytes = try? file.content(limit: 64 << 10)
        else { return nil }
        return available(in: String(decoding: bytes, as: UTF8.self))
    }

    /// By the lines of `/proc/meminfo`.
    static func available(in text: String) -> UInt64? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 << 10 }
    }
}
