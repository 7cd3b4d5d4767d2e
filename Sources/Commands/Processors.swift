// SPDX-License-Identifier: Apache-2.0
import Glibc

enum Processors {
    /// How many this process may run on: as many jobs keep them busy.
    static var count: Int {
        var set = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return 1 }
        let count = withUnsafeBytes(of: &set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
        return min(max(count, 1), 64)
    }
}
