// SPDX-License-Identifier: Apache-2.0
import Files

/// What the kernel counts of the network that a process is in.
enum NetworkCounts {
    /// Received and sent on all interfaces; nil where it cannot be read.
    static func packets(of process: Int32) -> UInt64? {
        guard let folder = try? FileDescriptor(folderAt: "/proc/\(process)/net"),
            let bytes = try? folder.content(of: "dev")
        else { return nil }
        return packets(in: String(decoding: bytes, as: UTF8.self))
    }

    /// As `dev_seq_printf_stats` of net/core/net-procfs.c writes it: a name, a colon, eight numbers received, eight sent.
    static func packets(in text: String) -> UInt64? {
        var sum: UInt64 = 0
        for line in text.split(separator: "\n").dropFirst(2) {
            let numbers = line.split(separator: ":").last?.split(separator: " ").map { UInt64($0) } ?? []
            guard numbers.count >= 10, let received = numbers[1], let sent = numbers[9] else { return nil }
            sum = sum &+ received &+ sent
        }
        return sum
    }
}
